package io.github.geminipool.internal.turn;

/** The place of a waiter. Guarded by the lock of its queue. */
public class TurnPlace {

    private final long order;

    /** How much of a turn its caller is charged for it. */
    long cost;

    /**
     * Creates a place.
     *
     * @param order counts arrivals from 1
     */
    protected TurnPlace(long order) {
        this.order = order;
    }

    /** Returns its number in the order of arrival, from 1. */
    public long order() {
        return order;
    }
}
