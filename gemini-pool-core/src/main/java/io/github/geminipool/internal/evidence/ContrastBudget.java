package io.github.geminipool.internal.evidence;

import java.util.concurrent.atomic.AtomicInteger;

/** The budget for asking other projects. Only successes fill it, so that an outage soon exhausts it. Thread-safe. */
final class ContrastBudget {

    /** Number of successes that pay for one contrast. */
    private static final int SUCCESSES = 20;

    /** Maximum number of contrasts saved up; the budget starts full. */
    private static final int SAVED = 10;

    private static final int FULL = SUCCESSES * SAVED;

    /** In successes. */
    private final AtomicInteger saved = new AtomicInteger(FULL);

    /** Records a success. A full budget, the usual case, is only read. */
    void earn() {
        int before = saved.get();
        if (before < FULL) {
            saved.compareAndSet(before, before + 1);
        }
    }

    boolean isAnyLeft() {
        return saved.get() >= SUCCESSES;
    }

    /** Takes one contrast; returns false if the budget has none left. */
    boolean trySpend() {
        return saved.getAndUpdate(before -> before >= SUCCESSES ? before - SUCCESSES : before) >= SUCCESSES;
    }
}
