package io.github.geminipool.internal.connection;

import java.util.concurrent.atomic.AtomicInteger;

/** The number of connections lost in a row that never answered. Thread-safe. */
final class Losses {

    private static final int MAX_IN_A_ROW = 3;

    private final AtomicInteger unanswered = new AtomicInteger();

    void lostUnanswered() {
        unanswered.incrementAndGet();
    }

    void answered() {
        if (unanswered.get() != 0) {
            unanswered.set(0);
        }
    }

    boolean areTooMany() {
        return unanswered.get() > MAX_IN_A_ROW;
    }
}
