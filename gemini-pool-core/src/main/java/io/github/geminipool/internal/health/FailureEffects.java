package io.github.geminipool.internal.health;

import java.util.List;

/**
 * What follows from the end of an attempt.
 *
 * @param excluded what is not used for a while
 * @param restored what is used again before its time
 * @param degraded whether the key is trusted less from now on
 * @param confirmsOutage whether it was to find out whether an outage is over, and it is not
 */
public record FailureEffects(
        List<Exclusion> excluded, List<Exclusion> restored, boolean degraded, boolean confirmsOutage) {}
