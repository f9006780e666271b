package io.github.geminipool.spi;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;

/**
 * Is told how one call goes: {@code asks}, then each attempt's start and end, and the call's end, which is before that of its
 * last attempt if that has an answer. Methods are called on the threads that do the work.
 */
public interface CallTrace {

    /** What the call asks for is known. */
    default void asks(CallFacts facts) {}

    /** An attempt got its instance and key. */
    default void attemptStarted(AttemptStarted event) {}

    /** The attempt ended. */
    default void attemptEnded(AttemptEnded event) {}

    /** The call has its answer or its error. */
    default void ended(CallEnded event) {}
}
