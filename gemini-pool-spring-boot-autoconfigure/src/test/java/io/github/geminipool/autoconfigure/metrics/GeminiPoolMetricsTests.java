package io.github.geminipool.autoconfigure.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.spi.ServiceTier;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;

/** The meters of a pool. */
class GeminiPoolMetricsTests {

    @RegisterExtension
    final GeminiSimulatorExtension simulator =
            GeminiSimulatorExtension.with(b -> b.key("first-key-1").key("second-key-2"));

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    MetricsAutoConfiguration.class,
                    CompositeMeterRegistryAutoConfiguration.class,
                    SimpleMetricsExportAutoConfiguration.class,
                    GeminiPoolAutoConfiguration.class,
                    GeminiPoolMetricsAutoConfiguration.class))
            .withPropertyValues(
                    "gemini.pool.keys[0].name=a",
                    "gemini.pool.keys[0].value=first-key-1",
                    "gemini.pool.keys[1].name=b",
                    "gemini.pool.keys[1].value=second-key-2",
                    "gemini.pool.limits.requests-per-minute=100",
                    "gemini.pool.callers[0].name=guild",
                    "gemini.pool.callers[0].requests-per-minute=2",
                    "gemini.pool.selection=round-robin",
                    "gemini.pool.size=4");

    @FunctionalInterface
    private interface Check {
        void accept(GeminiPool pool, MeterRegistry registry);
    }

    private void running(Check check) {
        ContextConsumer<AssertableApplicationContext> consumer =
                context -> check.accept(context.getBean(GeminiPool.class), context.getBean(MeterRegistry.class));
        runner.withPropertyValues("gemini.pool.base-url=" + simulator.baseUrl()).run(consumer);
    }

    private static double gauge(MeterRegistry registry, PoolMeter meter, String... tags) {
        return registry.get(meter.meterName()).tags(tags).gauge().value();
    }

    @Test
    void aRejectedKeyWithoutASeriesOfItsOwnIsNotSilent() {
        running((pool, registry) -> {
            for (int i = 2; i < 101; i++) {
                pool.keys().add(ApiKey.of("unknown-key-" + i).named("k" + i));
            }
            assertThat(gauge(registry, PoolMeter.KEY_REJECTED, "key", "other")).isZero();

            pool.tryGenerateContent(GenerationRequest.of("Hi").onlyKeys("k100"));

            assertThat(gauge(registry, PoolMeter.KEY_REJECTED, "key", "other")).isOne();
        });
    }

    @Test
    void countsCallsAndAttempts() {
        running((pool, registry) -> {
            simulator.simulator().keyState("first-key-1", KeyState.LEAKED);
            pool.generateContent(GenerationRequest.of("Hi").model("m"));
            pool.generateContent(GenerationRequest.of("Hi").model("m"));

            var calls = registry.get("gemini.pool.calls")
                    .tags("model", "m", "outcome", "success")
                    .timer();
            assertThat(calls.count()).isEqualTo(2);
            assertThat(calls.totalTime(TimeUnit.NANOSECONDS)).isPositive();
            assertThat(registry.get("gemini.pool.acquire")
                            .tags("model", "m")
                            .timer()
                            .count())
                    .isEqualTo(2);
            assertThat(registry.get("gemini.pool.attempts")
                            .tags("model", "m", "outcome", "key_rejected")
                            .timer()
                            .count())
                    .isOne();
            assertThat(registry.get("gemini.pool.attempts")
                            .tags("model", "m", "outcome", "success")
                            .timer()
                            .count())
                    .isEqualTo(2);
            assertThat(registry.get("gemini.pool.key.attempts")
                            .tags("key", "b", "model", "m", "outcome", "success")
                            .counter()
                            .count())
                    .isEqualTo(2);
            assertThat(registry.get("gemini.pool.exclusions")
                            .tags("scope", "key", "kind", "key_rejected")
                            .counter()
                            .count())
                    .isOne();
        });
    }

    @Test
    void attemptsTellTheTierThatServedThem() {
        running((pool, registry) -> {
            simulator.simulator().keyState("first-key-1", KeyState.INVALID);
            pool.generateContent(GenerationRequest.of("Hi").model("m"));
            pool.generateContent(GenerationRequest.of("Hi").model("m").serviceTier(ServiceTier.FLEX));

            assertThat(attempts(registry, "success", "standard")).isOne();
            assertThat(attempts(registry, "success", "flex")).isOne();
            assertThat(attempts(registry, "key_rejected", "none")).isOne();
            assertThat(registry.get("gemini.pool.attempts").timers()).hasSize(3);
        });
    }

    private static long attempts(MeterRegistry registry, String outcome, String tier) {
        return registry.get("gemini.pool.attempts")
                .tags("outcome", outcome, "service.tier", tier)
                .timer()
                .count();
    }

    @Test
    void countsTokensOfEachKeyAndEachModel() {
        running((pool, registry) -> {
            simulator.simulator().keyState("first-key-1", KeyState.INVALID);
            pool.generateContent(GenerationRequest.of("Hi").model("m"));
            pool.client().models.generateContentStream("m", "Hi", null).forEach(part -> {});

            TokenUsage used = pool.keyStats().keys().get(1).attempts().tokens();
            assertThat(used.input()).isPositive();
            assertThat(used.output()).isPositive();
            assertThat(tokens(registry, "input")).isEqualTo((double) used.input());
            assertThat(tokens(registry, "output")).isEqualTo((double) used.output());
            assertThat(registry.get("gemini.pool.key.tokens")
                            .tags("key", "b", "type", "input")
                            .counter()
                            .count())
                    .isEqualTo((double) used.input());
            assertThat(registry.find("gemini.pool.key.tokens").tags("key", "a").counter())
                    .isNull();
        });
    }

    private static double tokens(MeterRegistry registry, String type) {
        return registry.get("gemini.pool.tokens")
                .tags("model", "m", "type", type)
                .counter()
                .count();
    }

    @Test
    void gaugesShowTheCurrentState() {
        running((pool, registry) -> {
            assertThat(gauge(registry, PoolMeter.KEYS, "state", "healthy")).isEqualTo(2);
            simulator.simulator().keyState("first-key-1", KeyState.LEAKED);
            pool.generateContent(GenerationRequest.of("Hi").model("m"));

            assertThat(gauge(registry, PoolMeter.KEYS, "state", "healthy")).isOne();
            assertThat(gauge(registry, PoolMeter.KEYS, "state", "quarantined")).isOne();
            assertThat(gauge(registry, PoolMeter.KEYS_USABLE)).isOne();
            assertThat(gauge(registry, PoolMeter.MODEL_KEYS_USABLE, "model", "m"))
                    .isOne();
            assertThat(gauge(registry, PoolMeter.KEYS_OUT, "kind", "key_rejected"))
                    .isOne();
            assertThat(gauge(registry, PoolMeter.KEY_REJECTED, "key", "a")).isOne();
            assertThat(gauge(registry, PoolMeter.KEY_REJECTED, "key", "b")).isZero();
            assertThat(gauge(registry, PoolMeter.KEY_HEALTH, "key", "a")).isZero();
            assertThat(gauge(registry, PoolMeter.KEY_HEALTH, "key", "b")).isOne();
            assertThat(gauge(registry, PoolMeter.KEY_COOLDOWN, "key", "a")).isInfinite();
            assertThat(gauge(registry, PoolMeter.KEY_COOLDOWN, "key", "b")).isZero();
            assertThat(gauge(registry, PoolMeter.INSTANCES, "model", "m", "state", "active"))
                    .isZero();
            assertThat(gauge(registry, PoolMeter.INSTANCES, "model", "m", "state", "idle")
                            + gauge(registry, PoolMeter.INSTANCES, "model", "m", "state", "unusable"))
                    .isEqualTo(4);
            assertThat(gauge(registry, PoolMeter.PENDING, "model", "m")).isZero();
            String[] quota = {"model", "m", "project", "b", "type", "requests_per_minute"};
            assertThat(gauge(registry, PoolMeter.QUOTA_LIMIT, quota)).isEqualTo(100);
            assertThat(gauge(registry, PoolMeter.QUOTA_USED, quota)).isOne();
        });
    }

    @Test
    void gaugesOfKeysComeAndGoWithTheKeys() {
        running((pool, registry) -> {
            pool.keys().add(ApiKey.of("third-key-3").named("c"));
            assertThat(gauge(registry, PoolMeter.KEY_HEALTH, "key", "c")).isOne();

            pool.keys().remove("c");
            assertThat(registry.find(PoolMeter.KEY_HEALTH.meterName())
                            .tags("key", "c")
                            .gauge())
                    .isNull();
        });
    }

    @Test
    void keysThatAreGoneMakeRoomForOthers() {
        running((pool, registry) -> {
            for (int i = 0; i < 110; i++) {
                pool.keys().add(ApiKey.of("passing-key-" + i).named("passing-" + i));
                pool.keys().remove("passing-" + i);
            }
            pool.keys().add(ApiKey.of("third-key-3").named("c"));
            assertThat(gauge(registry, PoolMeter.KEY_HEALTH, "key", "c")).isOne();
        });
    }

    @Test
    void arbitraryModelNamesDoNotFillTheRegistry() {
        running((pool, registry) -> {
            for (int i = 0; i < 150; i++) {
                pool.generateContent(GenerationRequest.of("Hi").model("invented-" + i));
            }

            assertThat(registry.getMeters().stream()
                            .map(meter -> meter.getId().getTag("model"))
                            .filter(model -> model != null)
                            .distinct())
                    .hasSizeLessThanOrEqualTo(101)
                    .contains("other");
        });
    }

    @Test
    void onlyCallersOfTheConfigurationHaveTheirOwnTags() {
        running((pool, registry) -> {
            for (int i = 0; i < 3; i++) {
                var unused = pool.tryGenerateContent(
                        GenerationRequest.of("Hi").caller("guild").acquireTimeout(java.time.Duration.ZERO));
                pool.generateContent(GenerationRequest.of("Hi").caller("user-" + i));
            }

            assertThat(callerCalls(registry, "guild", "granted")).isEqualTo(2);
            assertThat(callerCalls(registry, "guild", "refused")).isEqualTo(1);
            assertThat(callerCalls(registry, "(other)", "granted")).isEqualTo(3);
            assertThat(registry.find(PoolMeter.CALLER_CALLS.meterName()).functionCounters())
                    .hasSize(4);
        });
    }

    private static double callerCalls(MeterRegistry registry, String caller, String outcome) {
        return registry.get(PoolMeter.CALLER_CALLS.meterName())
                .tags("caller", caller, "outcome", outcome)
                .functionCounter()
                .count();
    }

    @Test
    void documentedMetersAreExactlyTheRegisteredOnes() {
        running((pool, registry) -> {
            simulator.simulator().keyState("first-key-1", KeyState.LEAKED);
            for (int i = 0; i < 10; i++) {
                pool.generateContent(GenerationRequest.of("Hi").model("m"));
            }
            pool.keys().disable("a");

            assertThat(registry.getMeters().stream()
                            .map(Meter::getId)
                            .filter(id -> id.getName().startsWith("gemini."))
                            .map(id -> id.getName() + ": " + id.getDescription())
                            .collect(Collectors.toSet()))
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(PoolMeter.values())
                            .map(meter -> meter.meterName() + ": " + meter.description())
                            .toList());
        });
    }

    @Test
    void aPoolOfTheApplicationHasMetersToo() {
        runner.withPropertyValues("gemini.pool.enabled=false")
                .withBean(
                        GeminiPool.class,
                        () -> GeminiPool.builder().key(ApiKey.of("first-key-1")).build())
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(PoolMeters.class));
    }

    @Test
    void backsOffWithoutARegistryOrMicrometer() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        GeminiPoolAutoConfiguration.class, GeminiPoolMetricsAutoConfiguration.class))
                .withPropertyValues("gemini.pool.keys=first-key-1")
                .run(context ->
                        assertThat(context).hasSingleBean(GeminiPool.class).doesNotHaveBean(PoolMeters.class));
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        GeminiPoolAutoConfiguration.class, GeminiPoolMetricsAutoConfiguration.class))
                .withPropertyValues("gemini.pool.keys=first-key-1")
                .withClassLoader(new FilteredClassLoader(MeterRegistry.class))
                .run(context ->
                        assertThat(context).hasSingleBean(GeminiPool.class).doesNotHaveBean("geminiPoolMeters"));
    }

    @Test
    void countersOfARemovedKeyLeaveTheRegistry() {
        running((pool, registry) -> {
            var running = pool.generateContentStream(
                    GenerationRequest.of("Hi").model("m").onlyKeys("a"));
            pool.generateContent(GenerationRequest.of("Hi").model("m").onlyKeys("a"));
            pool.generateContent(GenerationRequest.of("Hi").model("m").onlyKeys("b"));
            assertThat(keysOf(registry)).contains("a", "b");

            pool.keys().remove("a");
            assertThat(keysOf(registry)).containsOnly("b");
            running.forEach(part -> {});
            running.close();
            assertThat(keysOf(registry)).as("after an attempt that ended later").containsOnly("b");
            assertThat(registry.get("gemini.pool.attempts").timers().stream()
                            .mapToLong(timer -> timer.count())
                            .sum())
                    .isEqualTo(3);

            pool.keys().add(ApiKey.of("first-key-1").named("a"));
            pool.generateContent(GenerationRequest.of("Hi").model("m").onlyKeys("a"));
            assertThat(registry.get("gemini.pool.key.attempts")
                            .tags("key", "a")
                            .counter()
                            .count())
                    .isOne();
        });
    }

    private static List<String> keysOf(MeterRegistry registry) {
        return registry.getMeters().stream()
                .map(meter -> meter.getId().getTag("key"))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }
}
