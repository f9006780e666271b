package io.github.geminipool.internal.continuation;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous calls whose answers the SDK may continue, on whichever thread, by the digests of their tokens. Each
 * is kept until its next hop or its end. Thread-safe.
 *
 * @param <C> the type of calls
 */
public final class PendingHops<C> {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Queue<C>> calls = new HashMap<>();
    private volatile boolean empty = true;

    public boolean isEmpty() {
        return empty;
    }

    public void add(String token, C call) {
        lock.lock();
        try {
            calls.computeIfAbsent(token, any -> new ArrayDeque<>(1)).add(call);
            empty = false;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the call that has waited longest for a hop with a token; null if none does. */
    public @Nullable C take(String token) {
        lock.lock();
        try {
            Queue<C> waiting = calls.get(token);
            C first = waiting == null ? null : waiting.poll();
            forgetIfEmpty(token, waiting);
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a call, which has ended. */
    public void remove(String token, C call) {
        lock.lock();
        try {
            Queue<C> waiting = calls.get(token);
            if (waiting != null) {
                waiting.remove(call);
                forgetIfEmpty(token, waiting);
            }
        } finally {
            lock.unlock();
        }
    }

    private void forgetIfEmpty(String token, @Nullable Queue<C> waiting) {
        if (waiting != null && waiting.isEmpty()) {
            calls.remove(token);
            empty = calls.isEmpty();
        }
    }
}
