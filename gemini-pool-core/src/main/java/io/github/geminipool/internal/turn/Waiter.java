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

    /** Returns whether its call can fall back to another model. */
    boolean hasFallback();

    /** Returns for whom it waits. */
    Caller caller();

    /** Returns whether it gives way to interactive waiters. */
    boolean isBackground();

    /** Returns whether its call has made an attempt before and holds a thread: such waiters go before the others of their priority. */
    boolean isRetry();

    /** Returns whether it accepts any key, so that it is interchangeable with others of its kind. */
    boolean isPlain();

    /** Returns the number of requests that it counts as; 0 if it takes no quota. */
    int requests();

    /** Returns its tokens; 0 if they are not counted. */
    long tokens();
}
