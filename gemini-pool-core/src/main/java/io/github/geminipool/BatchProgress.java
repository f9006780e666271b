package io.github.geminipool;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a batch is.
 *
 * @param done requests that are done, failed ones included
 * @param failed how many of them failed
 * @param total how many there are; -1 where that is unknown
 * @param elapsed the time since the batch began
 * @param keys by key name, what the attempts of requests that are done were; keys that were not used are absent
 */
public record BatchProgress(long done, long failed, long total, Duration elapsed, Map<String, KeyFigures> keys) {

    /**
     * What a batch did with one key.
     *
     * @param attempts attempts made with it
     * @param failed how many of them failed, for whatever reason
     */
    public record KeyFigures(long attempts, long failed) {

        static final KeyFigures NONE = new KeyFigures(0, 0);

        KeyFigures plus(boolean failure) {
            return new KeyFigures(attempts + 1, failed + (failure ? 1 : 0));
        }
    }

    /** Copies the map. */
    public BatchProgress {
        keys = Map.copyOf(keys);
    }

    /** Requests done per second, from the beginning until now; 0 at the beginning. */
    public double rate() {
        return elapsed.isZero() ? 0 : done / (elapsed.toNanos() / 1e9);
    }

    /** The time that the others take at this rate; null where nothing is done yet or the total is unknown. */
    public @Nullable Duration remaining() {
        return total < 0 || done == 0
                ? null
                : Duration.ofNanos((long) (elapsed.toNanos() / (double) done * Math.max(0, total - done)));
    }
}
