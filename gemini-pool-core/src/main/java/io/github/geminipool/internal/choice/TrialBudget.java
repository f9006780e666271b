package io.github.geminipool.internal.choice;

/**
 * How many attempts may try keys that are passed over: a small fraction of all, however many such keys there are, but at least one
 * in a while. Guarded by the model pool's lock.
 */
final class TrialBudget {

    /** Number of other attempts for each trial. */
    private static final int ATTEMPTS = 60;

    /**
     * Maximum number of trials saved up. None are there at the start, when there are no retries either for the calls that a trial
     * fails.
     */
    private static final int SAVED = 4;

    private static final int FULL = ATTEMPTS * SAVED;

    /** After this time, one more trial is allowed however few attempts there were. */
    private static final long LONGEST_NANOS = 30_000_000_000L;

    /** In attempts. */
    private int saved;

    private long lastNanos;

    boolean isAnyLeft(long nowNanos) {
        return saved >= ATTEMPTS || nowNanos - lastNanos >= LONGEST_NANOS;
    }

    void earn() {
        if (saved < FULL) {
            saved++;
        }
    }

    void spend(long nowNanos) {
        saved = Math.max(0, saved - ATTEMPTS);
        lastNanos = nowNanos;
    }
}
