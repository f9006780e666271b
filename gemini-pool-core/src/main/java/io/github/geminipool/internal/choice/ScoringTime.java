package io.github.geminipool.internal.choice;

import io.github.geminipool.key.Use;
import org.jspecify.annotations.Nullable;

/**
 * The time of one choice of a key, with values derived from it. They are computed once, because a choice scores up to
 * sixteen keys. Guarded by the model pool's lock.
 */
final class ScoringTime {

    private static final long MINUTE_NANOS = 60_000_000_000L;

    /** Each attempt moves the time twice, and a division would take longer than the rest of the move. */
    private static final double MINUTES_PER_NANO = 1.0 / MINUTE_NANOS;

    private long nanos;
    private long minute;
    private double weightOfPrevious = 1;
    private long exclusionVersion;

    /** The usual use of the model: that of the first request. */
    private Use usual = Use.PLAIN;

    private Use use = Use.PLAIN;

    private boolean mayTry = true;

    /** The position of the key that the model begins with. */
    private int first;

    /**
     * Moves to a point in time.
     *
     * @param version the version of the exclusions, read before the exclusions themselves
     */
    void moveTo(long nowNanos, long version) {
        nanos = nowNanos;
        minute = nowNanos / MINUTE_NANOS;
        weightOfPrevious = 1 - (nowNanos - minute * MINUTE_NANOS) * MINUTES_PER_NANO;
        exclusionVersion = version;
    }

    /** Sets the position of the key that the model begins with, so that new models don't all begin with the same one. */
    void beginsAt(int position) {
        first = position;
    }

    /** Returns the rank among the never-used keys of the key at a position. */
    int place(int position) {
        return position >= first ? position - first : position - first + Integer.MAX_VALUE / 2;
    }

    /** Sets the usual use of the model. */
    void usual(Use newUsual) {
        usual = newUsual;
        use = newUsual;
    }

    Use usual() {
        return usual;
    }

    /** Sets the use that the choice is for; null for the usual use. */
    void chooseFor(@Nullable Use newUse) {
        use = newUse == null ? usual : newUse;
    }

    /** Sets whether the choice may try a key that is passed over. */
    void mayTry(boolean newMayTry) {
        mayTry = newMayTry;
    }

    boolean mayTry() {
        return mayTry;
    }

    /** Returns the use that the choice is for. */
    Use use() {
        return use;
    }

    long nanos() {
        return nanos;
    }

    /** Returns the number of the minute. */
    long minute() {
        return minute;
    }

    /** Returns the share of the previous minute that lies within the last 60 seconds. */
    double weightOfPrevious() {
        return weightOfPrevious;
    }

    long exclusionVersion() {
        return exclusionVersion;
    }
}
