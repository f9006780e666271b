package io.github.geminipool.internal.time;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A fair queue of turns: one turn at a time, in the order in which they were taken. Thread-safe. */
public final class Turns {

    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    /** The turns that have not ended. The first of them has come. */
    private final Set<Turn> all = new LinkedHashSet<>();

    /**
     * Creates an empty queue.
     *
     * @param executor completes turns that had to wait. It keeps the thread that ended the previous turn free, and the
     *     stack from growing when a thousand turns end as soon as they come
     */
    public Turns(Executor executor) {
        this.executor = executor;
    }

    /** Takes the next turn, which comes when all turns before it have ended. */
    public Turn take() {
        Turn turn = new Turn();
        lock.lock();
        try {
            turn.hasCome = all.isEmpty();
            all.add(turn);
        } finally {
            lock.unlock();
        }
        if (turn.hasCome) {
            turn.come.complete(null);
        }
        return turn;
    }

    /** Removes a turn. Returns the next one if it was the first, else null. */
    private @Nullable Turn remove(Turn turn) {
        boolean wasFirst = !all.isEmpty() && all.iterator().next() == turn;
        all.remove(turn);
        return wasFirst && !all.isEmpty() ? all.iterator().next() : null;
    }

    private void comes(@Nullable Turn turn) {
        if (turn != null) {
            executor.execute(() -> {
                if (mayCome(turn)) {
                    turn.come.complete(null);
                }
            });
        }
    }

    private boolean mayCome(Turn turn) {
        lock.lock();
        try {
            // The turn may have been given up meanwhile.
            turn.hasCome = all.contains(turn);
            return turn.hasCome;
        } finally {
            lock.unlock();
        }
    }

    /** A position in the queue. */
    public final class Turn {

        private final CompletableFuture<@Nullable Void> come = new CompletableFuture<>();

        private boolean hasCome;

        /** Returns a future that completes when the turn comes, and fails if it was given up before. */
        public CompletableFuture<@Nullable Void> come() {
            return come;
        }

        /** Gives the turn up if it has not come yet. It is removed before its future fails, so that the next message need not wait. */
        public void giveUp(RuntimeException why) {
            Turn next;
            lock.lock();
            try {
                if (hasCome || !all.contains(this)) {
                    return;
                }
                next = remove(this);
            } finally {
                lock.unlock();
            }
            comes(next);
            come.completeExceptionally(why);
        }

        /** Ends the turn, whether it has come or not, and lets the next one come. Ending it again has no effect. */
        public void end() {
            Turn next;
            lock.lock();
            try {
                next = remove(this);
            } finally {
                lock.unlock();
            }
            comes(next);
        }
    }
}
