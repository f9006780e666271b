package io.github.geminipool.stats;

import java.util.List;
import java.util.Optional;

/**
 * Statistics of a pool with all its models. The numbers are read one after the other while calls run, so sums can differ slightly.
 *
 * @param calls number of ended calls, failed ones included
 * @param failedCalls number of calls that ended without a response
 * @param attempts all ended attempts
 * @param models the model pools, in the order of their names
 * @param callers what callers have used: those with limits of their own, then the hundred others with the most calls
 */
public record PoolStats(
        long calls, long failedCalls, AttemptStats attempts, List<ModelStats> models, List<CallerStats> callers) {

    /** Copies {@code models} and {@code callers}. */
    public PoolStats {
        models = List.copyOf(models);
        callers = List.copyOf(callers);
    }

    /** Creates the statistics of a pool whose calls name no caller. */
    public PoolStats(long calls, long failedCalls, AttemptStats attempts, List<ModelStats> models) {
        this(calls, failedCalls, attempts, models, List.of());
    }

    /** Returns the statistics of one model pool; empty before its first call or chat. */
    public Optional<ModelStats> model(String name) {
        return models.stream().filter(model -> model.model().equals(name)).findFirst();
    }

    /** Returns the number of attempts in flight now, over all models. */
    public int active() {
        return models.stream().mapToInt(ModelStats::active).sum();
    }

    /** Returns the number of calls that wait for a lease now, over all models. */
    public int waiting() {
        return models.stream().mapToInt(ModelStats::waiting).sum();
    }
}
