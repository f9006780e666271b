package io.github.geminipool.autoconfigure.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.KeyState;
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
            assertThat(health.getDetails()).containsEntry("usable", 0);
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
}
