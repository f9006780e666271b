package io.github.geminipool.settings;

import java.time.Duration;
import java.util.Objects;

/**
 * When a key that is not excluded still counts as unhealthy. Such a key is used only if no other key is usable. Immutable.
 *
 * @param errorRateThreshold error rate above which a key is degraded: the share of its attempts within {@code window} that
 *     failed through a fault of the key or its project; greater than 0, up to 1
 * @param usageShareThreshold share of a model's attempts in the last minute above which a key is passed over if another key is
 *     usable. The effective threshold is at least 1.5 times the share that the key's weight gives it; ignored for tiers with
 *     fewer than three keys; greater than 0, up to 1
 * @param minimumCalls minimum number of attempts within {@code window} before the error rate counts, at least 1
 * @param window the period over which the error rate is computed, 1 second to 1 day
 */
public record HealthSettings(double errorRateThreshold, double usageShareThreshold, int minimumCalls, Duration window) {

    /** Degraded above 20 % errors of at least 20 attempts in 5 minutes; passed over above 50 % of a model's attempts. */
    public static final HealthSettings DEFAULTS = new HealthSettings(0.2, 0.5, 20, Duration.ofMinutes(5));

    /**
     * Validates the components.
     *
     * @throws InvalidSettingException if a component is out of range
     */
    public HealthSettings {
        Objects.requireNonNull(window, "window");
        Check.that(
                errorRateThreshold > 0 && errorRateThreshold <= 1,
                "health.error-rate-threshold",
                errorRateThreshold,
                "above 0 and at most 1");
        Check.that(
                usageShareThreshold > 0 && usageShareThreshold <= 1,
                "health.usage-share-threshold",
                usageShareThreshold,
                "above 0 and at most 1");
        Check.that(minimumCalls >= 1, "health.minimum-calls", minimumCalls, "at least 1");
        Check.that(
                window.compareTo(Duration.ofSeconds(1)) >= 0 && window.compareTo(Duration.ofDays(1)) <= 0,
                "health.window",
                window,
                "between a second and a day");
    }
}
