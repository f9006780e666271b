package io.github.geminipool.autoconfigure.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import io.github.geminipool.autoconfigure.GeminiPoolBuilderCustomizer;
import io.github.geminipool.autoconfigure.health.GeminiPoolHealthAutoConfiguration;
import io.github.geminipool.key.Secret;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * Health, keys, meters and alerts over time, in the situations that the pool exists for: an application runs in virtual time with a
 * call every five seconds, and promtool evaluates the alerts over what was sampled.
 */
@Timeout(180)
class TimelineTests {

    private static final Path ALERTS = Path.of("..", "docs", "prometheus", "alerts.yml");
    private static final Duration STEP = Duration.ofSeconds(5);
    private static final int STEPS_PER_SAMPLE = 3;
    private static final Duration SAMPLE = STEP.multipliedBy(STEPS_PER_SAMPLE);

    @TempDir
    Path directory;

    private final List<String> statuses = new ArrayList<>();
    private final List<KeyUsage.State> states = new ArrayList<>();
    private final Timeline timeline = new Timeline(SAMPLE);
    private ManualTime time = new ManualTime();
    private GeminiSimulator simulator = GeminiSimulator.builder().start();

    @BeforeEach
    void requirePrometheus() {
        assumeTrue(PrometheusTests.isInstalled("promtool"), "promtool is not on the path");
    }

    @AfterEach
    void close() {
        simulator.close();
    }

    private interface Run {
        void during(Application application) throws Exception;
    }

    /** The running application. */
    private final class Application {

        private final GeminiPool pool;
        private final HealthIndicator health;
        private final PrometheusMeterRegistry registry;
        private int calls;

        Application(GeminiPool pool, HealthIndicator health, PrometheusMeterRegistry registry) {
            this.pool = pool;
            this.health = health;
            this.registry = registry;
        }

        /** Calls models in turn for a time, and samples. */
        void runs(Duration duration, String... models) {
            long steps = duration.dividedBy(STEP);
            for (long i = 0; i < steps; i++) {
                if (i % STEPS_PER_SAMPLE == 0) {
                    sample();
                }
                for (String model : models) {
                    pool.tryGenerateContent(
                            GenerationRequest.of("Hi " + calls++).model(model));
                }
                time.advance(STEP);
                if (i % 2 == 0) {
                    // Else the probes of keys are still to begin: what is sampled then must be no different.
                    settle();
                }
            }
            settle();
        }

        private void settle() {
            Eventually.await("nothing runs", () -> pool.stats().active() == 0);
        }

        private void sample() {
            statuses.add(Objects.requireNonNull(health.health(true)).getStatus().getCode());
            pool.keyStats().keys().forEach(key -> states.add(key.state()));
            timeline.sample(registry.scrape());
        }
    }

    private void running(int keys, Run run) {
        var builder = GeminiSimulator.builder().clock(time::now);
        List<String> properties = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            builder.key("secret-key-" + i);
            properties.add("gemini.pool.keys[" + i + "].name=k" + i);
            properties.add("gemini.pool.keys[" + i + "].value=secret-key-" + i);
        }
        simulator.close();
        simulator = builder.start();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        MetricsAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class,
                        PrometheusMetricsExportAutoConfiguration.class,
                        GeminiPoolAutoConfiguration.class,
                        GeminiPoolHealthAutoConfiguration.class,
                        GeminiPoolMetricsAutoConfiguration.class))
                .withBean(GeminiPoolBuilderCustomizer.class, () -> pool -> pool.timeSource(time))
                .withPropertyValues(properties.toArray(String[]::new))
                .withPropertyValues(
                        "gemini.pool.base-url=" + simulator.baseUrl(),
                        "gemini.pool.acquire-timeout=0s",
                        "gemini.pool.retry.max-attempts=1")
                .run(context -> run.during(new Application(
                        context.getBean(GeminiPool.class),
                        context.getBean(HealthIndicator.class),
                        context.getBean(PrometheusMeterRegistry.class))));
    }

    private void expectEachMinute(String alert, int from, int to, int firing) {
        for (int minute = from; minute <= to; minute++) {
            timeline.expect(alert, Duration.ofMinutes(minute), firing);
        }
    }

    private static int samples(Duration duration) {
        return (int) duration.dividedBy(SAMPLE);
    }

    private void assertPromtoolAgrees() throws Exception {
        assertThat(timeline.check(directory, ALERTS)).isEmpty();
    }

    @Test
    void allKeysRevokedForGood() throws Exception {
        running(3, application -> {
            application.runs(Duration.ofMinutes(2), "m");
            for (int i = 0; i < 3; i++) {
                simulator.keyState("secret-key-" + i, KeyState.INVALID);
            }
            application.runs(Duration.ofMinutes(18), "m");
        });
        int before = samples(Duration.ofMinutes(2));
        assertThat(statuses.subList(0, before)).containsOnly("UP");
        assertThat(statuses.subList(before + 1, statuses.size())).containsOnly("OUT_OF_SERVICE");
        assertThat(states.subList(3 * (before + 1), states.size()))
                .isSubsetOf(KeyUsage.State.QUARANTINED, KeyUsage.State.HALF_OPEN);
        expectEachMinute("GeminiPoolAllKeysOut", 0, 2, 0);
        expectEachMinute("GeminiPoolAllKeysOut", 4, 19, 1);
        expectEachMinute("GeminiPoolKeyRejected", 0, 1, 0);
        expectEachMinute("GeminiPoolKeyRejected", 3, 19, 3);
        assertPromtoolAgrees();
    }

    @Test
    void allKeysRevokedAndNobodyCallsAnyMoreUntilOneIsReplaced() throws Exception {
        running(2, application -> {
            simulator.keyState("secret-key-0", KeyState.INVALID);
            simulator.keyState("secret-key-1", KeyState.INVALID);
            application.runs(Duration.ofMinutes(2), "m");
            application.runs(Duration.ofMinutes(38));
            simulator.keyState("secret-key-1", KeyState.VALID);
            simulator.addKey("secret-key-2");
            application.pool.keys().replace("k0", Secret.of("secret-key-2"));
            application.runs(Duration.ofMinutes(10));
        });
        expectEachMinute("GeminiPoolAllKeysOut", 2, 39, 1);
        expectEachMinute("GeminiPoolKeyRejected", 2, 39, 2);
        expectEachMinute("GeminiPoolAllKeysOut", 41, 49, 0);
        expectEachMinute("GeminiPoolKeyRejected", 47, 49, 0);
        assertPromtoolAgrees();
    }

    @Test
    void theQuotaOfTheDayGoneAndNobodyCallsAnyMore() throws Exception {
        time = new ManualTime(Instant.parse("2026-11-11T07:30:00Z"));
        running(2, application -> {
            simulator.addQuota(Quota.requestsPerDay(6).model("m"));
            application.runs(Duration.ofMinutes(2), "m");
            application.runs(Duration.ofMinutes(33));
        });
        expectEachMinute("GeminiPoolModelOut", 3, 29, 1);
        expectEachMinute("GeminiPoolAllKeysOut", 3, 29, 1);
        expectEachMinute("GeminiPoolModelOut", 31, 34, 0);
        expectEachMinute("GeminiPoolAllKeysOut", 31, 34, 0);
        assertPromtoolAgrees();
    }

    @Test
    void noCreditAtAllAndNobodyCallsAnyMore() throws Exception {
        running(2, application -> {
            simulator.fault(Fault.when().wire("402-prepay-depleted.json"));
            application.runs(Duration.ofMinutes(2), "m");
            application.runs(Duration.ofMinutes(48));
        });
        expectEachMinute("GeminiPoolBilling", 1, 49, 1);
        assertPromtoolAgrees();
    }

    @Test
    void allQuotasOfTheDayGone() throws Exception {
        time = new ManualTime(Instant.parse("2026-11-11T07:45:00Z"));
        running(2, application -> {
            simulator.addQuota(Quota.requestsPerDay(6).model("m"));
            // Twelve calls are answered, in a minute.
            application.runs(Duration.ofMinutes(14), "m");
            // Midnight in California comes a minute later.
            application.runs(Duration.ofMinutes(6));
        });
        assertThat(statuses.subList(0, 4)).containsOnly("UP");
        assertThat(statuses.subList(6, samples(Duration.ofMinutes(15)))).containsOnly("OUT_OF_SERVICE");
        assertThat(statuses.subList(samples(Duration.ofMinutes(16)), statuses.size()))
                .containsOnly("UP");
        expectEachMinute("GeminiPoolModelOut", 0, 1, 0);
        expectEachMinute("GeminiPoolModelOut", 3, 14, 1);
        expectEachMinute("GeminiPoolAllKeysOut", 3, 14, 1);
        expectEachMinute("GeminiPoolModelOut", 16, 19, 0);
        expectEachMinute("GeminiPoolAllKeysOut", 16, 19, 0);
        expectEachMinute("GeminiPoolKeyRejected", 0, 19, 0);
        assertPromtoolAgrees();
    }

    @Test
    void theDayGoneForOneOfTwoModels() throws Exception {
        running(2, application -> {
            simulator.addQuota(Quota.requestsPerDay(6).model("m"));
            application.runs(Duration.ofMinutes(15), "m", "other");
        });
        assertThat(statuses).containsOnly("UP");
        expectEachMinute("GeminiPoolModelOut", 3, 14, 1);
        expectEachMinute("GeminiPoolAllKeysOut", 0, 14, 0);
        assertPromtoolAgrees();
    }

    @Test
    void outageAndRecovery() throws Exception {
        running(3, application -> {
            application.runs(Duration.ofMinutes(2), "m");
            simulator.fault(Fault.when().wire("503-high-demand.json"));
            application.runs(Duration.ofMinutes(8), "m");
            simulator.clearFaults();
            application.runs(Duration.ofMinutes(5), "m");
        });
        assertThat(statuses.subList(0, samples(Duration.ofMinutes(2)))).containsOnly("UP");
        assertThat(statuses.subList(samples(Duration.ofMinutes(3)), samples(Duration.ofMinutes(10))))
                .containsOnly("OUT_OF_SERVICE");
        assertThat(statuses.subList(samples(Duration.ofMinutes(11)), statuses.size()))
                .containsOnly("UP");
        assertThat(states).as("no key is blamed").containsOnly(KeyUsage.State.HEALTHY);
        expectEachMinute("GeminiPoolAllKeysOut", 0, 2, 0);
        expectEachMinute("GeminiPoolAllKeysOut", 5, 9, 1);
        expectEachMinute("GeminiPoolAllKeysOut", 11, 14, 0);
        expectEachMinute("GeminiPoolKeyRejected", 0, 14, 0);
        assertPromtoolAgrees();
    }

    @Test
    void oneKeyLeaked() throws Exception {
        running(3, application -> {
            application.runs(Duration.ofMinutes(2), "m");
            simulator.keyState("secret-key-1", KeyState.LEAKED);
            application.runs(Duration.ofMinutes(38), "m");
        });
        assertThat(statuses).containsOnly("UP");
        expectEachMinute("GeminiPoolKeyRejected", 0, 2, 0);
        expectEachMinute("GeminiPoolKeyRejected", 4, 39, 1);
        expectEachMinute("GeminiPoolAllKeysOut", 0, 39, 0);
        assertPromtoolAgrees();
    }

    @Test
    void noCreditLeft() throws Exception {
        running(3, application -> {
            application.runs(Duration.ofMinutes(2), "m");
            simulator.fault(Fault.when().key("secret-key-1").wire("402-prepay-depleted.json"));
            application.runs(Duration.ofMinutes(28), "m");
        });
        assertThat(statuses).containsOnly("UP");
        expectEachMinute("GeminiPoolBilling", 0, 2, 0);
        expectEachMinute("GeminiPoolBilling", 4, 29, 1);
        assertPromtoolAgrees();
    }
}
