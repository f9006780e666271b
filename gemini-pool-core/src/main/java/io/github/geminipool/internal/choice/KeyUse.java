package io.github.geminipool.internal.choice;

import io.github.geminipool.spi.Candidate;

/**
 * How a key is used for one model: what the strategies weigh. One object for all of it, and the base of
 * {@link ModelKey}: of thousands of keys one is seldom in the processor's cache, and each object more is a miss. Guarded by
 * the model pool's lock.
 */
public abstract class KeyUse implements Candidate {

    private static final long WINDOW_NANOS = 60_000_000_000L;

    private final Latency ofModel;
    private double meanNanos;
    private long window;
    private int current;
    private int previous;
    private int inFlight;
    private long usage;
    private long lastUse;
    private long now;

    public KeyUse(Latency ofModel) {
        this.ofModel = ofModel;
    }

    /** To be called before the strategy sees it. */
    public void lookedAt(long nowNanos) {
        now = nowNanos;
    }

    /** The time of the look. */
    public long now() {
        return now;
    }

    public void granted(long useNumber, long nowNanos) {
        inFlight++;
        usage++;
        lastUse = useNumber;
        roll(nowNanos);
        current++;
    }

    public void released(boolean success, long elapsedNanos) {
        inFlight--;
        if (success) {
            meanNanos = Latency.mean(meanNanos, elapsedNanos);
        }
    }

    public void reset() {
        usage = 0;
        lastUse = 0;
        meanNanos = 0;
        current = 0;
        previous = 0;
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public long usage() {
        return usage;
    }

    /** The uses of this minute, and of the one before as far as it is within the last sixty seconds. */
    @Override
    public double recentUsage() {
        roll(now);
        return current + previous * (1 - (double) (now % WINDOW_NANOS) / WINDOW_NANOS);
    }

    private void roll(long nowNanos) {
        long index = nowNanos / WINDOW_NANOS;
        if (index > window) {
            previous = index == window + 1 ? current : 0;
            current = 0;
            window = index;
        }
    }

    @Override
    public double relativeLatency() {
        return ofModel.relative(meanNanos);
    }

    @Override
    public long lastUse() {
        return lastUse;
    }
}
