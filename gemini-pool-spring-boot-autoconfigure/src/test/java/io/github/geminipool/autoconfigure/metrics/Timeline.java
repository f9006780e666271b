package io.github.geminipool.autoconfigure.metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Meters that were sampled from a running application at equal intervals, as input of {@code promtool test rules}. */
final class Timeline {

    private final Duration interval;
    private final Map<String, List<String>> series = new LinkedHashMap<>();
    private final List<String> expectations = new ArrayList<>();
    private int samples;

    Timeline(Duration interval) {
        this.interval = interval;
    }

    /** Adds a scrape in Prometheus's text format. */
    void sample(String scrape) {
        scrape.lines().filter(line -> line.startsWith("gemini_pool_")).forEach(line -> {
            int end = line.lastIndexOf(' ');
            String name = line.substring(0, end);
            List<String> values = series.computeIfAbsent(labelled(name), key -> new ArrayList<>());
            while (values.size() < samples) {
                values.add("_");
            }
            values.add(line.substring(end + 1));
        });
        samples++;
    }

    private static String labelled(String name) {
        String target = "job=\"app\",instance=\"a\"";
        return name.endsWith("}")
                ? name.substring(0, name.length() - 1) + "," + target + "}"
                : name + "{" + target + "}";
    }

    /** Expects that so many alerts of a name fire at a time. */
    void expect(String alert, Duration at, int firing) {
        expectations.add("""
                      - expr: count(ALERTS{alertname="%s",alertstate="firing"}) or vector(0)
                        eval_time: %ds
                        exp_samples:
                          - labels: '{}'
                            value: %d
                """.formatted(alert, at.toSeconds(), firing));
    }

    /** Returns what promtool says; empty if all is as expected. */
    String check(Path directory, Path rules) throws IOException, InterruptedException {
        StringBuilder test = new StringBuilder();
        test.append("rule_files: ['").append(rules.toAbsolutePath().normalize()).append("']\n");
        test.append("evaluation_interval: ").append(interval.toSeconds()).append("s\n");
        test.append("tests:\n  - interval: ").append(interval.toSeconds()).append("s\n    input_series:\n");
        series.forEach((name, values) -> test.append("      - series: '")
                .append(name)
                .append("'\n        values: '")
                .append(String.join(" ", values))
                .append("'\n"));
        test.append("    promql_expr_test:\n");
        expectations.forEach(test::append);
        Path file = Files.writeString(directory.resolve("timeline.yml"), test);
        Process promtool = new ProcessBuilder("promtool", "test", "rules", file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        promtool.waitFor(30, TimeUnit.SECONDS);
        return promtool.exitValue() == 0 ? "" : output;
    }
}
