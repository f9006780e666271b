package io.github.geminipool.internal.choice;

/**
 * How many attempts may try keys that are passed over: few among many, however many such keys there are, and one in a while
 * where there are few. Guarded by the model pool's lock.
 */
final class TrialBudget {

    /** Number of other attempts for each trial. */
    private static final int ATTEMPTS = 60;

    /** Maximum number of trials saved; none at the start, when there are no retries for the calls that they fail either. */
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
