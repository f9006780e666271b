package io.github.geminipool.spi;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;

/**
 * Receives the events of one call: {@code asks}, the start and end of each attempt, and the end of the call. The call ends before its
 * last attempt if that attempt has a response. The pool calls the methods on the threads that run the call.
 */
public interface CallTrace {

    /** Called once when the pool knows what the call asks for. */
    default void asks(CallFacts facts) {}

    /** Called when an attempt has its lease, before its request is sent. */
    default void attemptStarted(AttemptStarted event) {}

    /** Called at the end of each attempt. */
    default void attemptEnded(AttemptEnded event) {}

    /** Called once when the call has its response or its error. */
    default void ended(CallEnded event) {}
}
