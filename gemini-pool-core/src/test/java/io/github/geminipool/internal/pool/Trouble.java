package io.github.geminipool.internal.pool;

/** A fault that lasts for a while, with one or more causes, and the time of its last effect. */
final class Trouble {

    private int causes;
    private long endedAt = Long.MIN_VALUE;
    private boolean isInDoubt;

    void begin() {
        causes++;
    }

    void end(long nowNanos) {
        causes--;
        endedAt = Math.max(endedAt, nowNanos);
    }

    /** Records that the fault is seen until a time: a response that it affected may arrive after its end. */
    void isSeenUntil(long nanos) {
        endedAt = Math.max(endedAt, nanos);
        isInDoubt = true;
    }

    /** Records that the end of the fault has been noticed: a call succeeded that would have failed. */
    void isOver(long nowNanos) {
        if (isInDoubt && causes == 0 && endedAt <= nowNanos) {
            isInDoubt = false;
            endedAt = nowNanos;
        }
    }

    /** Returns whether the fault was present at any moment since a time, or its end could not have been noticed by then. */
    boolean wasOnOrInDoubtSince(long nanos) {
        return isInDoubt || wasOnSince(nanos);
    }

    boolean isOn() {
        return causes > 0;
    }

    /** Returns whether the fault was present or seen at any moment since a time. */
    boolean wasOnSince(long nanos) {
        return causes > 0 || endedAt >= nanos;
    }
}
