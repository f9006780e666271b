package io.github.geminipool.internal.stream;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/**
 * Publishes elements that are read one at a time, to each subscriber its own: only as many are read as it has requested. A thread of
 * the executor reads while there is demand; without demand there is none. Thread-safe.
 */
public final class PullPublisher<T> implements Flow.Publisher<T> {

    private final Supplier<? extends Pull<T>> elements;
    private final Executor executor;

    /**
     * Creates a publisher.
     *
     * @param elements called for each subscriber, in the thread that subscribes; must not block
     * @param executor runs what reads, and therefore blocks
     */
    public PullPublisher(Supplier<? extends Pull<T>> elements, Executor executor) {
        this.elements = elements;
        this.executor = executor;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        new PullSubscription<>(Objects.requireNonNull(subscriber, "subscriber"), elements.get(), executor).begin();
    }
}
