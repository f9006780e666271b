package io.github.geminipool.internal.turn;

/** Something that waits for a turn. */
public interface Waiter {

    /** Returns its place in the queue; it must have one. */
    TurnPlace turnPlace();

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
