package io.github.geminipool.stats;

import java.util.List;
import java.util.Optional;

/**
 * A pool with all its models. The figures are taken one after the other while calls go on, so that sums may differ
 * by what happened meanwhile.
 *
 * @param calls calls that ended, failed ones included
 * @param failedCalls those that ended without an answer
 * @param attempts what came of all attempts
 * @param models the model pools, by name
 */
public record PoolStats(long calls, long failedCalls, AttemptStats attempts, List<ModelStats> models) {

    /** Copies the list. */
    public PoolStats {
        models = List.copyOf(models);
    }

    /** One model's pool, if there is one: it is made at the first call to that model. */
    public Optional<ModelStats> model(String name) {
        return models.stream().filter(model -> model.model().equals(name)).findFirst();
    }

    /** Attempts in flight now, over all models. */
    public int active() {
        return models.stream().mapToInt(ModelStats::active).sum();
    }

    /** Calls that wait now, over all models. */
    public int waiting() {
        return models.stream().mapToInt(ModelStats::waiting).sum();
    }
}
