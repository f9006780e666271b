package io.github.geminipool.settings;

import java.time.Duration;
import java.util.Objects;

/**
 * When a key counts as unhealthy, although nothing excludes it: then it is used only where no other one can be.
 *
 * @param errorRateThreshold the share of a key's attempts, within the window, that failed by its own or its project's fault,
 *     above which the key is degraded; above 0, at most 1
 * @param usageShareThreshold the share of a model's calls, within the last minute, above which a key is passed over where
 *     another one can be used; never less than one and a half times what its weight gives it, and of no meaning with less
 *     than three keys; above 0, at most 1
 * @param minimumCalls so many attempts at least make a verdict, from 1
 * @param window the time over which the error rate is taken, at least a second
 */
public record HealthSettings(double errorRateThreshold, double usageShareThreshold, int minimumCalls, Duration window) {

    /** 20 % errors, 50 % of the calls, 20 calls, 5 minutes. */
    public static final HealthSettings DEFAULTS = new HealthSettings(0.2, 0.5, 20, Duration.ofMinutes(5));

    /**
     * Checks the components.
     *
     * @throws InvalidSettingException if one is out of its range
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
