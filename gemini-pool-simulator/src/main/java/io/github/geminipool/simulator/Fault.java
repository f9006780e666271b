package io.github.geminipool.simulator;

import org.jspecify.annotations.Nullable;

/**
 * A fault injection rule: which requests, how often, and what happens to them. Create with {@link #when()}; immutable.
 *
 * <p>Faults apply only to requests with an accepted key. A request that gets an error, a reset or no response uses no quota.
 * Each rule counts every request that it matches, even if another rule applied to it.
 *
 * @param key the key's secret; null for any
 * @param model model name without {@code models/}; null for any
 * @param operation the operation; null for any
 * @param from first matching request that it applies to, counted from 1
 * @param to last matching request that it applies to
 * @param probability probability of applying to each of these, 0 to 1
 * @param action what happens
 */
public record Fault(
        @Nullable String key,
        @Nullable String model,
        @Nullable Operation operation,
        long from,
        long to,
        double probability,
        FaultAction action) {

    /** Validates the range and the probability. */
    public Fault {
        if (from < 1 || to < from) {
            throw new IllegalArgumentException("Invalid range of requests: " + from + " to " + to);
        }
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability must be between 0 and 1: " + probability);
        }
    }

    /**
     * Starts a rule that matches every request.
     *
     * @return a condition to narrow down and to finish with an action
     */
    public static FaultCondition when() {
        return new FaultCondition(null, null, null, 1, Long.MAX_VALUE, 1);
    }

    /**
     * Returns whether a request matches this rule, apart from counts and probability.
     *
     * @param itsKey the request's secret
     * @param itsModel the request's model, without {@code models/}
     * @param itsOperation the request's operation
     * @return whether it matches
     */
    public boolean fits(String itsKey, String itsModel, Operation itsOperation) {
        return (key == null || key.equals(itsKey))
                && (model == null || model.equals(itsModel))
                && (operation == null ? fitsAnyOperation(itsOperation) : operation == itsOperation);
    }

    private boolean fitsAnyOperation(Operation itsOperation) {
        if (action instanceof FaultAction.CutStream || action instanceof FaultAction.ErrorInStream) {
            return itsOperation == Operation.STREAM_GENERATE_CONTENT;
        }
        return !(action instanceof FaultAction.CloseLive) || itsOperation == Operation.LIVE;
    }
}
