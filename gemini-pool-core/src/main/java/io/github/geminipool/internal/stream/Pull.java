package io.github.geminipool.internal.stream;

import java.util.concurrent.Flow;

/** Elements that are read one at a time, by one thread at a time; {@link #cancel()} may be called by any. */
public interface Pull<T> {

    /** Returns whether there is another element; blocks until that is known. */
    boolean hasNext();

    /** Returns the next element, after {@link #hasNext()} has returned true. */
    T next();

    /** Ends the reading for good, at once: a thread that blocks in it returns or throws. Does not block. */
    void cancel();

    /** Returns the subscription as its subscriber gets it. */
    default Flow.Subscription named(Flow.Subscription subscription) {
        return subscription;
    }

    /** Releases what the reading holds. Called once, after its end. */
    void close();
}
