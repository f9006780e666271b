package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.health.Outage;
import io.github.geminipool.internal.quota.SharedLedgers;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.spi.SelectionStrategy;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/**
 * What the choice of a key depends on, for every model.
 *
 * @param keys the keys of the pool
 * @param exclusions what must not be used at present
 * @param strategy scores the candidates
 * @param random samples them where they are many
 * @param limits the configured limits of a project for a model
 * @param ledgers the ledgers of models that have several names
 */
public record KeySelection(
        KeyRing keys,
        Exclusions exclusions,
        SelectionStrategy strategy,
        RandomGenerator random,
        PoolClock clock,
        BiFunction<Project, String, Limits> limits,
        SharedLedgers ledgers) {

    /**
     * Returns the candidates for a model.
     *
     * @param hasQuotas whether Gemini limits the requests to that model at all
     * @param outage notices that the model fails whatever the key
     */
    public ModelKeys of(String model, boolean hasQuotas, Outage outage) {
        return new ModelKeys(model, hasQuotas, outage, this);
    }
}
