package io.github.geminipool.autoconfigure.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import io.github.geminipool.autoconfigure.GeminiPoolBuilderCustomizer;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The health component {@code geminiPool}. */
class GeminiPoolHealthTests {

    @RegisterExtension
    final GeminiSimulatorExtension simulator =
            GeminiSimulatorExtension.with(b -> b.key("first-key-1").key("second-key-2"));

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(GeminiPoolAutoConfiguration.class, GeminiPoolHealthAutoConfiguration.class))
            .withPropertyValues("gemini.pool.keys=first-key-1,second-key-2");

    private ApplicationContextRunner running() {
        return runner.withPropertyValues("gemini.pool.base-url=" + simulator.baseUrl());
    }

    private static Health health(HealthIndicator indicator) {
        return Objects.requireNonNull(indicator.health(true));
    }

    @Test
    void isUpIfAllKeysAreUsable() {
        running().run(context -> {
            Health health = health(context.getBean("geminiPoolHealthIndicator", HealthIndicator.class));

            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails())
                    .containsExactlyInAnyOrderEntriesOf(Map.of("keys", 2, "usable", 2, "degraded", false));
        });
    }

    @Test
    void isUpAndDegradedIfAKeyIsUnusable() {
        running().run(context -> {
            simulator.simulator().keyState("first-key-1", KeyState.LEAKED);
            context.getBean(GeminiPool.class).generateContent("Hi");

            Health health = health(context.getBean("geminiPoolHealthIndicator", HealthIndicator.class));

            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry("degraded", true).containsEntry("usable", 1);
            assertThat(health.getDetails().get("unusableKeys"))
                    .asString()
                    .contains("Key #1")
                    .contains("QUARANTINED")
                    .contains("leaked")
                    .doesNotContain("first-key-1");
        });
    }

    @Test
    void isOutOfServiceIfNoKeyIsUsableAndShowsWhenOneWillBe() {
        running().run(context -> {
            simulator.simulator().keyState("first-key-1", KeyState.INVALID);
            simulator.simulator().keyState("second-key-2", KeyState.INVALID);
            GeminiPool pool = context.getBean(GeminiPool.class);
            pool.tryGenerateContent(GenerationRequest.of("Hi").acquireTimeout(Duration.ZERO));

            Health health = health(context.getBean("geminiPoolHealthIndicator", HealthIndicator.class));

            assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertThat(health.getDetails()).containsEntry("usable", 0).containsEntry("degraded", true);
            assertThat(health.getDetails().get("models"))
                    .asString()
                    .contains("gemini-flash-latest")
                    .contains("usableKeys=0");
            assertThat(Instant.parse(String.valueOf(health.getDetails().get("nextUsable"))))
                    .isAfter(Instant.now().minusSeconds(60));
        });
    }

    @Test
    void isAbsentIfDisabledOrWithoutSpringBootsHealthSupport() {
        runner.withPropertyValues("management.health.geminipool.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("geminiPoolHealthIndicator"));
        runner.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
                .run(context -> assertThat(context)
                        .hasSingleBean(GeminiPool.class)
                        .doesNotHaveBean("geminiPoolHealthIndicator"));
    }

    @Test
    void aModelWithoutAQuotaOfTheDayDegradesItAndTheLastOneTakesItOut() {
        running().run(context -> {
            simulator.simulator().addQuota(Quota.requestsPerDay(1).model("m"));
            GeminiPool pool = context.getBean(GeminiPool.class);
            HealthIndicator indicator = context.getBean("geminiPoolHealthIndicator", HealthIndicator.class);
            for (int i = 0; i < 3; i++) {
                pool.tryGenerateContent(GenerationRequest.of("Hi").model("m").acquireTimeout(Duration.ZERO));
            }
            Health out = health(indicator);
            assertThat(out.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertThat(Instant.parse(String.valueOf(out.getDetails().get("nextUsable"))))
                    .isAfter(Instant.now());

            pool.generateContent(GenerationRequest.of("Hi").model("other"));
            Health degraded = health(indicator);
            assertThat(degraded.getStatus()).isEqualTo(Status.UP);
            assertThat(degraded.getDetails()).containsEntry("usable", 2).containsEntry("degraded", true);
            assertThat(degraded.getDetails().get("models"))
                    .asString()
                    .contains("m={usableKeys=0, reason=")
                    .contains("nextUsable=")
                    .contains("other={usableKeys=2}");
        });
    }

    @Test
    void aQuotaOfTheDayThatIsUsedUpKeepsItOutHoweverLongNothingCalls() {
        ManualTime time = new ManualTime(Instant.parse("2026-11-11T12:00:00Z"));
        running()
                .withBean(GeminiPoolBuilderCustomizer.class, () -> builder -> builder.timeSource(time))
                .run(context -> {
                    simulator.simulator().addQuota(Quota.requestsPerDay(1).model("m"));
                    GeminiPool pool = context.getBean(GeminiPool.class);
                    for (int i = 0; i < 3; i++) {
                        pool.tryGenerateContent(
                                GenerationRequest.of("Hi").model("m").acquireTimeout(Duration.ZERO));
                    }
                    time.advance(Duration.ofMinutes(15));
                    HealthIndicator indicator = context.getBean("geminiPoolHealthIndicator", HealthIndicator.class);
                    assertThat(health(indicator).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
                });
    }
}
