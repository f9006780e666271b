package io.github.geminipool.settings;

import java.time.Duration;
import java.util.Objects;

/**
 * The periodic check, which judges keys by their error rates and evens out which instances are bound to which keys.
 *
 * @param checkInterval from one check to the next, and the longest pause between two probes of a rejected key or project;
 *     at least a second
 */
public record RotationSettings(Duration checkInterval) {

    /** Every five minutes. */
    public static final RotationSettings DEFAULTS = new RotationSettings(Duration.ofMinutes(5));

    /**
     * Checks the component.
     *
     * @throws InvalidSettingException if it is out of its range
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
