package io.github.geminipool.settings;

import java.time.Duration;
import java.util.Objects;

/**
 * The periodic check, which finds keys to be degraded by their error rates, and balances the instances over the keys. Immutable.
 *
 * @param checkInterval time between two checks, 1 second to 1 day; also the maximum time between two probes of a rejected key or
 *     project
 */
public record RotationSettings(Duration checkInterval) {

    /** A check every five minutes. */
    public static final RotationSettings DEFAULTS = new RotationSettings(Duration.ofMinutes(5));

    /**
     * Validates the component.
     *
     * @throws InvalidSettingException if the component is out of range
     */
    public RotationSettings {
        Objects.requireNonNull(checkInterval, "checkInterval");
        Check.that(
                checkInterval.compareTo(Duration.ofSeconds(1)) >= 0 && checkInterval.compareTo(Duration.ofDays(1)) <= 0,
                "rotation.check-interval",
                checkInterval,
                "between a second and a day");
    }
}
