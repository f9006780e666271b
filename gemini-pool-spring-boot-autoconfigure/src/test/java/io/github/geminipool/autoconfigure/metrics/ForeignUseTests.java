package io.github.geminipool.autoconfigure.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.testing.ManualTime;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody else uses the project: the meter says how much. */
@Timeout(60)
class ForeignUseTests {

    private final ManualTime time = new ManualTime();

    private GeminiPool pool(GeminiSimulator google) {
        GeminiPoolBuilder builder =
                GeminiPool.builder().key(ApiKey.of("first-key-1").named("a")).timeSource(time);
        return builder.settings(builder.settings()
                        .withBaseUrl(URI.create(google.baseUrl()))
                        .withLimits(Limits.NONE.withRequestsPerMinute(10))
                        .withAcquireTimeout(Duration.ZERO)
                        .withRetry(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 1)))
                .build();
    }

    private static void call(GeminiPool pool) {
        pool.generateContent(GenerationRequest.of("Hi").model("m"));
    }

    private static long foreign(GeminiPool pool) {
        return pool.stats().models().get(0).quotas().get(0).foreign();
    }

    @Test
    void isMeasuredForAnHour() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (GeminiSimulator google = GeminiSimulator.builder()
                        .key("first-key-1")
                        .quota(Quota.requestsPerMinute(10))
                        .clock(time::now)
                        .start();
                GeminiPool pool = pool(google);
                GeminiPool other = pool(google)) {
            time.advance(Duration.ofSeconds(61));
            for (int i = 0; i < 7; i++) {
                call(other);
            }
            for (int i = 0; i < 3; i++) {
                call(pool);
            }
            new RegistryMeters(registry, pool, Tags.empty()).refresh();
            assertThat(measured(registry)).isZero();
            assertThat(foreign(pool)).isZero();

            assertThatThrownBy(() -> call(pool)).hasMessageContaining("RATE_LIMITED");
            assertThat(measured(registry)).isEqualTo(6);
            assertThat(foreign(pool)).isEqualTo(6);

            time.advance(Duration.ofHours(1));
            assertThat(measured(registry)).isZero();
            assertThat(foreign(pool)).isZero();
        }
    }

    private static double measured(SimpleMeterRegistry registry) {
        return registry.get("gemini.pool.quota.foreign")
                .tags("model", "m", "project", "a", "type", "requests_per_minute")
                .gauge()
                .value();
    }
}
