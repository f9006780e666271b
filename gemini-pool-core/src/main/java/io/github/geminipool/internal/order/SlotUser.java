package io.github.geminipool.internal.order;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.turn.Waiter;

/** Somebody who waits for a key with quota. */
public interface SlotUser extends Waiter {

    /** Returns which keys it accepts. */
    KeyFilter filter();

    /** Returns what it takes from a quota. */
    Demand demand();

    /** Returns whether it counts towards limits of its caller. */
    boolean isLimited();

    /**
     * Returns whether its caller's limits admit it now, after the requests counted so far; if so, counts it.
     *
     * @param tokens the tokens to reserve
     */
    boolean isAdmittedBehind(CallersAhead ahead, long tokens, long nowNanos);
}
