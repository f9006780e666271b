package io.github.geminipool.internal.health;

import java.util.List;

/**
 * What follows from a failed attempt.
 *
 * @param excluded new exclusions
 * @param restored exclusions that ended early
 * @param degraded whether the key is degraded from now on
 * @param confirmsOutage whether the attempt was the probe of an outage, which continues
 */
public record FailureEffects(
        List<Exclusion> excluded, List<Exclusion> restored, boolean degraded, boolean confirmsOutage) {}
