package io.github.geminipool;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Lets one at a time do something, in the order in which they came. */
final class Turns {

    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    /** The first of them has its turn. */
    private final Set<Turn> all = new LinkedHashSet<>();

    /**
     * Turns of which none is taken.
     *
     * @param executor where turns come that were waited for. Whoever ended the turn before has other things to do, and
     *     a thousand that end as soon as they come would be a thousand calls deep.
     */
    Turns(Executor executor) {
        this.executor = executor;
    }

    /** Takes the next turn; it comes when all before it have ended. */
    Turn take() {
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

    /** Takes a turn out of the order; returns the one that is next if it was the first. */
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
            // It may have been given up meanwhile.
            turn.hasCome = all.contains(turn);
            return turn.hasCome;
        } finally {
            lock.unlock();
        }
    }

    /** A place in the order. */
    final class Turn {

        private final CompletableFuture<@Nullable Void> come = new CompletableFuture<>();

        private boolean hasCome;

        /** Completes when it has come; fails if it was given up before. */
        CompletableFuture<@Nullable Void> come() {
            return come;
        }

        /** Gives it up, if it has not come yet. Whoever learns of that finds it gone: the next message need not wait. */
        void giveUp(RuntimeException why) {
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

        /** Ends it, wherever it stands, and lets the next one come. Ending it again does nothing. */
        void end() {
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
