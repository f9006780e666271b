package io.github.geminipool.autoconfigure.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The front page is short, leads to all others, and says nothing else than they do. */
class ReadmeTests {

    private static final int MAX_WORDS = 1_500;
    private static final Pattern FIGURE = Pattern.compile("(\\d[\\d.,]*) (?:%|ms|µs|s\\b)");
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:[.,]\\d+)*");

    private final MarkdownPage readme = MarkdownPage.of("README.md");

    @Test
    void isReadToTheEnd() {
        assertThat(readme.text().strip().split("\\s+")).hasSizeLessThanOrEqualTo(MAX_WORDS);
    }

    @Test
    void hasTheTwoCommandsAlone() {
        for (String title : List.of("Run it", "Build and test")) {
            MarkdownPage section = new MarkdownPage(readme.path(), readme.section(title));
            assertThat(section.blocks("bash"))
                    .singleElement()
                    .satisfies(command -> assertThat(command).startsWith("mvn ").hasLineCount(1));
            assertThat(section.text().split("(?m)^```", -1)).as("one block").hasSize(3);
        }
    }

    @Test
    void leadsToEveryPage() {
        assertThat(readme.links())
                .containsAll(MarkdownPage.files(".md").stream()
                        .filter(page -> MarkdownPage.ROOT.resolve("docs").equals(page.getParent()))
                        .map(page -> "docs/" + page.getFileName())
                        .toList());
        assertThat(readme.links())
                .containsAll(Stream.of(
                                "quickstart",
                                "batch",
                                "discord-bot",
                                "replicas",
                                "spring-ai",
                                "langchain4j",
                                "openai",
                                "gateway")
                        .map(sample -> Path.of("samples", sample, "README.md").toString())
                        .toList());
    }

    @Test
    void figuresAreThoseThatWereMeasured() {
        String measured = MarkdownPage.of("docs/performance.md").figures()
                + MarkdownPage.of("docs/gateway.md").figures();
        String compared = readme.section("Compared with the alternatives");

        List<String> figures =
                FIGURE.matcher(compared).results().map(found -> found.group(1)).toList();
        assertThat(figures)
                .hasSizeGreaterThan(5)
                .allSatisfy(figure -> assertThat(measured)
                        .containsPattern("(?<![\\d.,])" + Pattern.quote(figure) + "(?![\\d.,]\\d)"));
    }

    @Test
    void versionsAreThoseThatAreTested() {
        String versions = MarkdownPage.of("docs/versions.md").text();

        assertThat(NUMBER.matcher(readme.section("What works with what"))
                        .results()
                        .map(MatchResult::group))
                .hasSizeGreaterThan(8)
                .allSatisfy(version ->
                        assertThat(versions).containsPattern("(?<![\\d.])" + Pattern.quote(version) + "(?![\\d])"));
    }

    @Test
    void dependenciesHaveTheVersionOfTheBuild() throws IOException {
        String pom = Files.readString(MarkdownPage.ROOT.resolve("pom.xml"));
        Matcher version = Pattern.compile("(?m)^  <version>(.*)</version>$").matcher(pom);
        assertThat(version.find()).isTrue();

        List<String> dependencies = MarkdownPage.all().stream()
                .flatMap(page -> page.blocks("xml").stream())
                .flatMap(block -> Pattern.compile("(?s)<dependency>.*?</dependency>")
                        .matcher(block)
                        .results())
                .map(MatchResult::group)
                .filter(dependency -> dependency.contains("<groupId>io.github.geminipool<"))
                .toList();
        assertThat(dependencies)
                .hasSizeGreaterThan(5)
                .allSatisfy(
                        dependency -> assertThat(dependency).contains("<version>" + version.group(1) + "</version>"));
    }
}
