package io.github.geminipool;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a batch at one moment. Immutable.
 *
 * @param done number of requests that have ended, failed ones included
 * @param failed number of requests that have failed
 * @param total number of requests in the batch; -1 if unknown
 * @param elapsed time since the batch began; 0 before it begins
 * @param keys the attempts of the ended requests, by key name; keys without attempts are absent
 * @param estimate the estimated time until the batch ends, from the quotas of the coming minutes and days, less what interactive
 *     calls took in the last minute, and from the instances and response times; null if neither is known, or the total is unknown
 */
public record BatchProgress(
        long done,
        long failed,
        long total,
        Duration elapsed,
        Map<String, KeyFigures> keys,
        @Nullable Duration estimate) {

    /** Creates the progress without an estimate. */
    public BatchProgress(long done, long failed, long total, Duration elapsed, Map<String, KeyFigures> keys) {
        this(done, failed, total, elapsed, keys, null);
    }

    /**
     * The attempts of a batch with one key.
     *
     * @param attempts number of attempts, failed ones included
     * @param failed number of failed attempts
     */
    public record KeyFigures(long attempts, long failed) {

        static final KeyFigures NONE = new KeyFigures(0, 0);

        KeyFigures plus(boolean failure) {
            return new KeyFigures(attempts + 1, failed + (failure ? 1 : 0));
        }
    }

    /** Copies {@code keys}. */
    public BatchProgress {
        keys = Map.copyOf(keys);
    }

    BatchProgress withEstimate(@Nullable Duration newEstimate) {
        return new BatchProgress(done, failed, total, elapsed, keys, newEstimate);
    }

    /** Returns the average number of requests done per second since the batch began; 0 at the beginning. */
    public double rate() {
        return elapsed.isZero() ? 0 : done / (elapsed.toNanos() / 1e9);
    }

    /**
     * Returns the time until the batch ends at the rate so far, whatever the quotas; {@link #estimate()} takes them into account.
     * Null if nothing is done yet or the total is unknown.
     */
    public @Nullable Duration remaining() {
        return total < 0 || done == 0
                ? null
                : Duration.ofNanos((long) (elapsed.toNanos() / (double) done * Math.max(0, total - done)));
    }
}
