package io.github.geminipool.stats;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a pool did in the last hour, or since it was created or its statistics were reset. Immutable.
 *
 * @param now when it was read
 * @param begin when the first step began
 * @param step the length of each step
 * @param steps the steps that have ended, the latest last; at most 240
 */
public record PoolHistory(Instant now, Instant begin, Duration step, List<Step> steps) {

    /** Copies the list. */
    public PoolHistory {
        steps = List.copyOf(steps);
    }

    /**
     * What ended in a step.
     *
     * @param calls number of ended calls, failed ones included
     * @param failedCalls number of calls that ended without a response
     * @param attempts number of ended attempts
     * @param time total time of these attempts
     */
    public record Step(long calls, long failedCalls, long attempts, Duration time) {}
}
