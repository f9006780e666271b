package io.github.geminipool.internal.turn;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Somebody who waits for a turn. */
public interface Waiter {

    /** Returns its place in the queue; null if it has none. */
    @Nullable
    TurnPlace place();

    /** Returns its place in the queue; it must have one. */
    default TurnPlace turnPlace() {
        return Objects.requireNonNull(place());
    }

    /**
     * Gives it a place, once.
     *
     * @param order counts arrivals from 1
     */
    void takePlace(long order, long nowNanos);

    /** Returns until when it waits. */
    long deadlineNanos();

    /** Returns whether it is served elsewhere if nothing is left here. */
    boolean hasFallback();

    /** Returns for whom it waits. */
    Caller caller();

    /** Returns whether others that need the same go first. */
    boolean isBackground();

    /** Returns whether it has had a turn before and holds a thread: such waiters go before the others of their priority. */
    boolean isRetry();

    /** Returns whether it accepts anything, so that it is interchangeable with others of its kind. */
    boolean isPlain();

    /** Returns what it counts as; 0 if it takes no quota. */
    int requests();

    /** Returns its tokens; 0 if they are not counted. */
    long tokens();
}
