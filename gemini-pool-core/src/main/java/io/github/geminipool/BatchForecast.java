package io.github.geminipool;

import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.settings.GeminiPoolSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Forecasts when a batch ends, from the ledgers of its models. It assumes that the remaining requests are like those that have
 * begun: for the same models, and as large. Guarded by the batch's lock, except for {@link Left}.
 */
final class BatchForecast {

    private final ModelPools pools;
    private final GeminiPoolSettings settings;
    private final Map<String, Long> begunByModel = new HashMap<>();
    private long begun;
    private long done;
    private long tokens;
    private long nanos;

    BatchForecast(ModelPools pools, GeminiPoolSettings settings) {
        this.pools = pools;
        this.settings = settings;
    }

    void begun(String model) {
        begunByModel.merge(model, 1L, Long::sum);
        begun++;
    }

    /** Records that a request is done, with the tokens of its prompt and the time of its attempts. */
    void done(long promptTokens, long attemptNanos) {
        done++;
        tokens += promptTokens;
        nanos += attemptNanos;
    }

    /** Returns what is left of a batch now. */
    Left left(long total) {
        return new Left(
                Math.max(0, total - done),
                Map.copyOf(begunByModel),
                begun,
                tokens / Math.max(1, done),
                nanos / Math.max(1, done));
    }

    /** Returns what is left of a batch that begins nothing more. */
    Left leftOfBegun() {
        return left(begun);
    }

    /**
     * What is left of a batch. Immutable.
     *
     * @param requests the number of requests that are not done
     * @param tokensOfEach the tokens of one prompt
     * @param nanosOfEach how long one request takes; 0 if unknown
     */
    record Left(long requests, Map<String, Long> begunByModel, long begun, long tokensOfEach, long nanosOfEach) {}

    /** Returns how long the rest will take; null if nothing is known about it. Acquires the model pools' locks. */
    @Nullable
    Duration estimate(Left left) {
        if (left.requests() == 0) {
            return Duration.ZERO;
        }
        Duration latest = Duration.ZERO;
        for (Map.Entry<String, Long> entry : left.begunByModel().entrySet()) {
            long ofModel = Math.max(1, left.requests() * entry.getValue() / left.begun());
            ModelPool pool = pools.find(entry.getKey());
            Duration sent = pool == null ? Duration.ZERO : pool.sentIn(ofModel, ofModel * left.tokensOfEach());
            long rounds = (ofModel - 1) / settings.sizeOf(entry.getKey());
            Duration byInstances = Duration.ofNanos(rounds * left.nanosOfEach());
            latest = max(latest, max(sent, byInstances));
        }
        Duration all = latest.plusNanos(left.nanosOfEach());
        return all.isZero() ? null : all;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
