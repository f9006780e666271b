package io.github.geminipool.autoconfigure.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.geminipool.autoconfigure.metrics.GeminiPoolMetricsAutoConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code docs/replicas.md} and its alert rules. */
@Timeout(60)
class ReplicasPageTests {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Path RULES = DOCS.resolve("prometheus").resolve("replicas.yml");
    private static final Path CASES = DOCS.resolve("prometheus").resolve("replicas-test.yml");
    private static final Path METERS = Path.of(
            "src/main/java",
            GeminiPoolMetricsAutoConfiguration.class.getPackageName().replace('.', '/'),
            "SharedStoreMeters.java");

    private static List<String> find(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    @Test
    void hasEveryMeterAndAlert() throws IOException {
        String page = Files.readString(DOCS.resolve("replicas.md"));
        List<String> meters = find("\"(gemini\\.pool\\.shared[.a-z]+)\"", Files.readString(METERS));
        assertThat(meters).hasSize(5).allSatisfy(meter -> assertThat(page).contains("`" + meter + "`"));
        List<String> alerts = find("- alert: (\\w+)", Files.readString(RULES));
        assertThat(alerts).hasSize(3).allSatisfy(alert -> assertThat(page).contains("| `" + alert + "` |"));
    }

    @Test
    void rulesUseMetersThatThereAre() throws IOException {
        Set<String> meters = find("\"(gemini\\.pool\\.shared[.a-z]+)\"", Files.readString(METERS)).stream()
                .map(meter -> meter.replace('.', '_'))
                .flatMap(meter -> Stream.of(meter, meter + "_total"))
                .collect(Collectors.toSet());
        assertThat(meters).containsAll(find("(gemini_pool_\\w+)", Files.readString(RULES)));
    }

    @Test
    void eachAlertHasACaseInWhichItFiresAndOneInWhichItDoesNot() throws Exception {
        boolean installed = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
        if (!Boolean.getBoolean("browser.required")) {
            assumeTrue(installed, "promtool is not on the path");
        }
        Process promtool = new ProcessBuilder("promtool", "test", "rules", CASES.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(output).isZero();

        String cases = Files.readString(CASES);
        for (String alert : find("- alert: (\\w+)", Files.readString(RULES))) {
            String tested = "- alertname: " + alert + "\n        eval_time: [0-9]+m\n";
            assertThat(cases).as("a case in which %s fires", alert).containsPattern(tested + "        exp_alerts:");
            assertThat(cases).as("a case in which %s does not fire", alert).containsPattern(tested + "(?!        exp)");
        }
    }
}
