package io.github.geminipool.simulator;

import java.util.function.Predicate;

/**
 * A fault injection rule: which requests, how often, and what happens to them. Create with {@link #when()}; immutable.
 *
 * <p>Faults apply only to requests with an accepted key. A request that gets an error, a reset or no response uses no quota.
 * Each rule counts every request that it matches, even if another rule applied to it.
 *
 * @param request which requests it matches
 * @param from first matching request that it applies to, counted from 1
 * @param to last matching request that it applies to
 * @param probability probability of applying to each of these, 0 to 1
 * @param action what happens
 */
public record Fault(Predicate<RequestRecord> request, long from, long to, double probability, FaultAction action) {

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
        return new FaultCondition(request -> true, 1, Long.MAX_VALUE, 1);
    }

    /**
     * Returns whether a request matches this rule, apart from counts and probability.
     *
     * @param candidate the request, as in the log
     * @return whether it matches
     */
    public boolean fits(RequestRecord candidate) {
        return fitsAction(candidate) && request.test(candidate);
    }

    private boolean fitsAction(RequestRecord candidate) {
        if (action instanceof FaultAction.CutStream || action instanceof FaultAction.ErrorInStream) {
            return candidate.streams();
        }
        return !(action instanceof FaultAction.CloseLive) || candidate.operation() == Operation.LIVE;
    }
}
