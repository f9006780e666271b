package io.github.geminipool.internal.event;

import io.github.geminipool.event.PoolListener;
import java.util.List;
import java.util.function.BiConsumer;

/** One kind of event, and the listeners that override its method: most listeners handle only a few kinds. Immutable. */
final class Channel<E extends Record> {

    private final BiConsumer<PoolListener, E> method;
    private final GuardedListener[] subscribers;

    /**
     * Creates a channel.
     *
     * @param listeners all listeners of the pool
     * @param methodName the name of {@code method}
     * @param event the kind of event
     * @param method the listener's method for the event
     */
    Channel(List<GuardedListener> listeners, String methodName, Class<E> event, BiConsumer<PoolListener, E> method) {
        this.method = method;
        this.subscribers = listeners.stream()
                .filter(listener -> listener.overrides(methodName, event))
                .toArray(GuardedListener[]::new);
    }

    void publish(E event) {
        for (GuardedListener subscriber : subscribers) {
            subscriber.guard().call(method, subscriber.listener(), event);
        }
    }

    int subscribers() {
        return subscribers.length;
    }
}
