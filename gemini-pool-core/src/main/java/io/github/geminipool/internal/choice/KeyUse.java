package io.github.geminipool.internal.choice;

import io.github.geminipool.spi.Candidate;

/**
 * The use of a key for one model, which the strategies weigh. It is the base class of {@link ModelKey} rather than a part of
 * it: one of thousands of keys is seldom in the processor's cache, and each further object would be a cache miss. Guarded by the model pool's
 * lock.
 */
abstract class KeyUse implements Candidate {

    private final Latency ofModel;
    private final ScoringTime time;
    private double meanNanos;
    private long minute;
    private int thisMinute;
    private int previousMinute;
    private int inFlight;
    private long usage;
    private long lastUse;

    KeyUse(Latency ofModel, ScoringTime time) {
        this.ofModel = ofModel;
        this.time = time;
    }

    final ScoringTime time() {
        return time;
    }

    /** Counts a lease granted at the scoring time. */
    final void granted(long useNumber) {
        inFlight++;
        usage++;
        lastUse = useNumber;
        rollTo(time.minute());
        thisMinute++;
    }

    final void released(boolean success, long elapsedNanos) {
        inFlight--;
        if (success) {
            meanNanos = Latency.mean(meanNanos, elapsedNanos);
        }
    }

    void reset() {
        usage = 0;
        lastUse = 0;
        meanNanos = 0;
        thisMinute = 0;
        previousMinute = 0;
    }

    @Override
    public final int inFlight() {
        return inFlight;
    }

    @Override
    public final long usage() {
        return usage;
    }

    /** Counts this minute's uses, and that part of the previous minute's which lies within the last 60 seconds. */
    @Override
    public final double recentUsage() {
        long now = time.minute();
        if (now == minute) {
            return thisMinute + previousMinute * time.weightOfPrevious();
        }
        return now == minute + 1 ? thisMinute * time.weightOfPrevious() : now > minute ? 0 : thisMinute;
    }

    private void rollTo(long nowMinute) {
        if (nowMinute > minute) {
            previousMinute = nowMinute == minute + 1 ? thisMinute : 0;
            thisMinute = 0;
            minute = nowMinute;
        }
    }

    @Override
    public final double relativeLatency() {
        return ofModel.relative(meanNanos);
    }

    @Override
    public final long lastUse() {
        return lastUse;
    }
}
