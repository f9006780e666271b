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
        boolean comes;
        lock.lock();
        try {
            comes = all.isEmpty();
            all.add(turn);
        } finally {
            lock.unlock();
        }
        if (comes) {
            turn.come.complete(null);
        }
        return turn;
    }

    /** A place in the order. */
    final class Turn {

        private final CompletableFuture<@Nullable Void> come = new CompletableFuture<>();

        /** Completes when it has come; fails if it was given up before. */
        CompletableFuture<@Nullable Void> come() {
            return come;
        }

        /** Gives it up, if it has not come yet. */
        void giveUp(RuntimeException why) {
            if (come.completeExceptionally(why)) {
                end();
            }
        }

        /** Ends it, wherever it stands, and lets the next one come. Ending it again does nothing. */
        void end() {
            Turn next = null;
            lock.lock();
            try {
                boolean hadItsTurn = !all.isEmpty() && all.iterator().next() == this;
                all.remove(this);
                if (hadItsTurn && !all.isEmpty()) {
                    next = all.iterator().next();
                }
            } finally {
                lock.unlock();
            }
            if (next != null) {
                CompletableFuture<@Nullable Void> comes = next.come;
                executor.execute(() -> comes.complete(null));
            }
        }
    }
}
