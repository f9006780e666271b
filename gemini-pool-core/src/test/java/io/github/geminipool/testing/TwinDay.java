package io.github.geminipool.testing;

import io.github.geminipool.shared.BookedQuota;

/** What is allowed from midnight to midnight. */
final class TwinDay {

    private static final long SECOND = 1_000_000;
    private static final long LONGEST_DAY = 26 * 3600;

    final TwinLimit limit;
    long ends;
    long began;
    long used;
    boolean isFull;

    /** Whether the books were lost without this. */
    boolean isKept;

    TwinDay(long minute) {
        limit = new TwinLimit(minute);
    }

    void copy(TwinDay other) {
        limit.copy(other.limit);
        ends = other.ends;
        began = other.began;
        used = other.used;
        isFull = other.isFull;
        isKept = other.isKept;
    }

    void begin() {
        ends = 0;
        began = 0;
        used = 0;
        isFull = false;
        isKept = false;
        limit.learn(0);
    }

    /** Begins another day; a replica whose clock is far off is not believed. */
    void turn(long now, long offset, long nextEnd) {
        long second = (now - offset) / SECOND;
        if (ends <= second && nextEnd > second && nextEnd <= second + LONGEST_DAY) {
            begin(now, nextEnd);
        }
    }

    private void begin(long now, long nextEnd) {
        ends = nextEnd;
        began = now;
        used = 0;
        isFull = false;
        limit.learned = 0;
    }

    double freeAt(long wanted, long now, long offset) {
        boolean isUsedUp = limit.agreed > 0 && (isFull || used + wanted > limit.agreed);
        return isUsedUp ? ends * (double) SECOND + offset : now;
    }

    BookedQuota booked() {
        return new BookedQuota(limit.agreed, isFull ? limit.agreed : used, limit.isLearned());
    }
}
