package io.github.geminipool.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.geminipool.simulator.Latency;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs every benchmark once. */
@Tag("slow")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SmokeTest {

    @Test
    void everyBenchmarkRuns() throws RunnerException {
        System.setProperty("jmh.ignoreLock", "true");

        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .mode(Mode.SingleShotTime)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .forks(0)
                        .threads(2)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();

        // Acquire: five numbers of keys, four times each; six alternatives; two calls; statistics.
        assertThat(results).hasSize(20 + 6 + 2 + 1);
    }

    @Test
    void everythingAtLoopbackRuns() throws IOException {
        try (SimulatorProcess simulator = new SimulatorProcess(10)) {
            LoopbackComparison.Result loopback =
                    new LoopbackComparison(2, Duration.ofMillis(50), Duration.ZERO).run(simulator, 2);
            assertThat(loopback.bare().errors() + loopback.pooled().errors()).isZero();
            assertThat(loopback.medianRatio()).isPositive();

            FirstTokens.Result first = new FirstTokens(2, 0).run(simulator);
            assertThat(first.pooled().count()).isEqualTo(2);

            Failover.Result failover = new Failover(3, 0, 0).run(simulator);
            assertThat(failover.mostAttempts()).as("one round trip more").isEqualTo(2);

            Table table = Report.loopback();
            Report.addTo(table, 2, loopback);
            assertThat(table.toString()).contains("| 2 ");
            assertThat(Report.firstTokens(first).toString()).contains("with the pool");
            assertThat(new AlternatingCalls(2, Duration.ZERO).run().pooled().count())
                    .isEqualTo(2);
            assertThat(Report.failover(failover).toString()).contains("| attempts ");
        }
    }

    @Test
    void theComparisonOfQuotasRuns() {
        Latency latency = Latency.uniform(Duration.ofMillis(5), Duration.ofMillis(50));
        QuotaComparison.Load load = new QuotaComparison.Load(2, 100_000, 4, latency, Duration.ofSeconds(1));

        List<QuotaComparison.Result> results = new QuotaComparison(load).run();

        assertThat(results).hasSize(3).allSatisfy(result -> {
            assertThat(result.allowed()).isEqualTo(200_000);
            assertThat(result.admitted())
                    .isPositive()
                    .isLessThanOrEqualTo(result.all().count());
            assertThat(result.used()).isPositive().isLessThan(1);
            assertThat(result.refused()).isZero();
            assertThat(result.failed()).isZero();
            assertThat(result.all().micros(0.5)).isGreaterThanOrEqualTo(5_000);
        });
        assertThat(Report.quota(results).toString()).contains("round-robin");
    }

    @Test
    void thePageHasTheRowsAndColumnsOfTheComparison() throws IOException {
        Latency latency = Latency.fixed(Duration.ZERO);
        QuotaComparison.Load load = new QuotaComparison.Load(1, 100_000, 1, latency, Duration.ofMillis(50));
        List<List<String>> printed =
                rows(Report.quota(new QuotaComparison(load).run()).toString());

        String page = Files.readString(Path.of("../docs/performance.md"));
        List<List<String>> shown = rows(page.substring(page.indexOf("<!-- figures: quota -->")));

        assertThat(printed.get(0)).startsWith("what").containsAll(shown.get(0));
        assertThat(shown).hasSameSizeAs(printed);
        for (int i = 0; i < shown.size(); i++) {
            assertThat(shown.get(i).get(0)).isEqualTo(printed.get(i).get(0));
        }
    }

    /** Returns the cells of the first table of a text, without the line below its heading. */
    private static List<List<String>> rows(String text) {
        return text.substring(text.indexOf("\n| "))
                .lines()
                .skip(1)
                .takeWhile(line -> line.startsWith("|"))
                .filter(line -> !line.startsWith("| -"))
                .map(line -> Stream.of(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    @Test
    void theComparisonOfReplicasRuns() {
        assumeTrue(
                isInstalled("redis-server") || Boolean.getBoolean("redis.required"), "needs redis-server on the path");
        ReplicaComparison.Load load = new ReplicaComparison.Load(
                ReplicaComparison.Load.LIGHT, 2, 100_000, List.of(2, 0), Duration.ofSeconds(1));
        ReplicaComparison comparison =
                new ReplicaComparison(Latency.uniform(Duration.ofMillis(5), Duration.ofMillis(50)));

        List<ReplicaComparison.Result> results =
                comparison.run(load, List.of(ReplicaComparison.Sharing.SHARES, ReplicaComparison.Sharing.STORE));

        assertThat(results).hasSize(2).allSatisfy(result -> {
            assertThat(result.used()).isPositive().isLessThan(1);
            assertThat(result.refused()).isZero();
            assertThat(result.failed()).isZero();
            assertThat(result.waits().count()).isPositive();
        });
        assertThat(results.get(0).asks()).isZero();
        assertThat(results.get(1).asksPerCall()).isBetween(0.01, 2.0);
        assertThat(Report.replicas(results).toString()).contains("shared on Redis");
        assertThat(Report.latencyOfSharing(results).toString()).contains("shared on Redis");
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> new File(folder, program).canExecute());
    }

    @Test
    void twoMinutesAdmitTwoMinutesQuota() {
        assertThat(QuotaComparison.Load.FULL.allowed()).isEqualTo(600);
    }
}
