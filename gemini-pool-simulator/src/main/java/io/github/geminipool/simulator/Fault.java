package io.github.geminipool.simulator;

import org.jspecify.annotations.Nullable;

/**
 * A rule that spoils answers: which requests, how often, and how. Made with {@link #when()}; immutable.
 *
 * <p>Only requests with an accepted key meet a fault. One that is answered with an error, reset or hung uses no quota.
 * Each rule counts every request that it fits, also those that another rule spoilt.
 *
 * @param key the secret; null: any
 * @param model without {@code models/}; null: any
 * @param operation null: any
 * @param from the first of the fitting requests that it applies to, counted from 1
 * @param to the last of them
 * @param probability with which it applies to each of these, 0 to 1
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

    /** Checks the range and the probability. */
    public Fault {
        if (from < 1 || to < from) {
            throw new IllegalArgumentException("Not a range of calls: " + from + " to " + to);
        }
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("Not a probability: " + probability);
        }
    }

    /**
     * Begins a rule that fits every request.
     *
     * @return to be narrowed, and ended with what happens
     */
    public static FaultCondition when() {
        return new FaultCondition(null, null, null, 1, Long.MAX_VALUE, 1);
    }

    /**
     * Whether a request is one that this rule counts.
     *
     * @param itsKey the secret
     * @param itsModel without {@code models/}
     * @param itsOperation what it asks for
     * @return whether it fits
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
