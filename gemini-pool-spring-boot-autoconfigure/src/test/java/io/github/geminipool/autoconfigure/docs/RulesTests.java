package io.github.geminipool.autoconfigure.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of CONTRIBUTING.md, which people apply by hand, name methods and tests that there are. */
class RulesTests {

    private static final Pattern METHOD = Pattern.compile("^`(\\w+)\\.(\\w+)`:");
    private static final Pattern TEST = Pattern.compile("`(\\w+)`");

    private final Map<String, Path> classes = MarkdownPage.files(".java").stream()
            .filter(file -> file.startsWith(MarkdownPage.ROOT.resolve("gemini-pool-core")))
            .collect(Collectors.toMap(
                    file -> file.getFileName().toString().replace(".java", ""),
                    Function.identity(),
                    (one, other) -> one));

    private static Stream<List<String>> rules() {
        String page = MarkdownPage.of("CONTRIBUTING.md").text();
        return page.substring(page.indexOf("### Thirty-one rules"), page.indexOf("### Concurrency tests"))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| rule ") && !line.startsWith("| ---"))
                .map(line -> List.of(line.substring(2, line.length() - 2).split(" \\| ", -1)));
    }

    @Test
    void thereAreThirtyOne() {
        assertThat(rules()).hasSize(31).allSatisfy(rule -> assertThat(rule).hasSize(3));
    }

    @Test
    void methodsAreThere() {
        assertThat(rules().flatMap(rule -> METHOD.matcher(rule.get(1)).results()))
                .hasSizeGreaterThan(25)
                .allSatisfy(named -> {
                    Path file = Objects.requireNonNull(classes.get(named.group(1)), named.group(1));
                    assertThat(MarkdownPage.of(file).text())
                            .as(named.group())
                            .containsPattern("(?m)^ {4,8}(?!return )[<\\w][\\w<>, .?@]* " + named.group(2) + "\\(");
                });
    }

    @Test
    void testsAreThere() {
        assertThat(rules().flatMap(rule -> TEST.matcher(rule.get(2)).results()))
                .hasSizeGreaterThan(30)
                .allSatisfy(named -> assertThat(classes).containsKey(named.group(1)));
    }
}
