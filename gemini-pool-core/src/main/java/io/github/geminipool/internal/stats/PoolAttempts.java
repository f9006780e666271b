package io.github.geminipool.internal.stats;

import io.github.geminipool.stats.AttemptStats;
import java.util.Map;

/**
 * The calls and attempts of a pool, read once.
 *
 * @param calls number of calls that ended
 * @param failedCalls number of calls that ended without a response
 * @param total all attempts
 * @param byModel the attempts to each model; models without attempts are absent
 */
public record PoolAttempts(long calls, long failedCalls, AttemptStats total, Map<String, ModelAttempts> byModel) {

    /** Returns the attempts to one model. */
    public ModelAttempts ofModel(String model) {
        return byModel.getOrDefault(model, ModelAttempts.NONE);
    }
}
