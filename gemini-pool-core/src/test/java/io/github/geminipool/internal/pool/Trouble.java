package io.github.geminipool.internal.pool;

/** Something that is wrong for a while, for one cause or several at once; and when it was so last. */
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

    /** It is seen until a time: an answer that it spoiled may come after its end. */
    void isSeenUntil(long nanos) {
        endedAt = Math.max(endedAt, nanos);
        isInDoubt = true;
    }

    /** Somebody was served who would not have been: it is noticed that it is over. */
    void isOver(long nowNanos) {
        if (isInDoubt && causes == 0 && endedAt <= nowNanos) {
            isInDoubt = false;
            endedAt = nowNanos;
        }
    }

    /** Whether it was so at any moment from a time on, or nobody could have noticed by then that it is over. */
    boolean wasOnOrInDoubtSince(long nanos) {
        return isInDoubt || wasOnSince(nanos);
    }

    boolean isOn() {
        return causes > 0;
    }

    /** Whether it was so, or still seen, at any moment from a time on. */
    boolean wasOnSince(long nanos) {
        return causes > 0 || endedAt >= nanos;
    }
}
