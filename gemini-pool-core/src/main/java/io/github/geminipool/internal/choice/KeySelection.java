package io.github.geminipool.internal.choice;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.books.QuotaSharing;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.health.Outage;
import io.github.geminipool.internal.quota.AliasLedgers;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.spi.SelectionStrategy;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The inputs to the choice of a key that all models share.
 *
 * @param keys the keys of the pool
 * @param exclusions the current exclusions
 * @param strategy scores the candidates
 * @param random samples the candidates if there are many
 * @param limits the configured limits of a project for a model
 * @param ledgers the ledgers of models with several names
 * @param sharing shares the quotas with other replicas; null for none
 */
public record KeySelection(
        KeyRing keys,
        Exclusions exclusions,
        SelectionStrategy strategy,
        RandomGenerator random,
        PoolClock clock,
        BiFunction<Project, String, Limits> limits,
        AliasLedgers ledgers,
        @Nullable QuotaSharing sharing) {

    /** Creates the inputs for a pool that does not share its quotas with replicas. */
    public KeySelection(
            KeyRing keys,
            Exclusions exclusions,
            SelectionStrategy strategy,
            RandomGenerator random,
            PoolClock clock,
            BiFunction<Project, String, Limits> limits,
            AliasLedgers ledgers) {
        this(keys, exclusions, strategy, random, clock, limits, ledgers, null);
    }

    /**
     * Returns the candidates for a model.
     *
     * @param number the number of models created before it, so that each model begins with a different key
     * @param hasQuotas whether Gemini limits the requests to that model at all
     * @param outage detects that the model fails with every key
     */
    public ModelKeys of(String model, int number, boolean hasQuotas, Outage outage) {
        return new ModelKeys(model, number, hasQuotas, outage, this);
    }

    /** Forgets what is kept for a model, so that made-up names do not fill the memory. */
    public void forget(String model) {
        ledgers.forget(model);
        exclusions.forget(new Scope.Model(model));
        for (KeyHealth key : keys.keys()) {
            exclusions.forget(new Scope.ProjectModel(key.project().name(), model));
        }
    }
}
