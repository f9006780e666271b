package io.github.geminipool;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Lets one at a time do something, in the order in which they came. */
final class Turns {

    private final ReentrantLock lock = new ReentrantLock();
    /** The first of them has its turn. */
    private final Set<Turn> all = new LinkedHashSet<>();

    private boolean granting;

    /** Takes the next turn; it comes when all before it have ended. */
    Turn take() {
        Turn turn = new Turn();
        lock.lock();
        try {
            all.add(turn);
        } finally {
            lock.unlock();
        }
        grant();
        return turn;
    }

    /**
     * Grants the turn of the first. One that ends at once, while it is told, does not grant the next one by itself but
     * leaves it to this loop: a thousand of them would be a thousand calls deep.
     */
    private void grant() {
        Turn granted = null;
        lock.lock();
        try {
            while (!granting && !all.isEmpty()) {
                Turn first = all.iterator().next();
                if (first == granted || first.come.isDone()) {
                    return;
                }
                granted = first;
                granting = true;
                lock.unlock();
                try {
                    first.come.complete(null);
                } finally {
                    lock.lock();
                    granting = false;
                }
            }
        } finally {
            lock.unlock();
        }
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
            lock.lock();
            try {
                all.remove(this);
            } finally {
                lock.unlock();
            }
            grant();
        }
    }
}
