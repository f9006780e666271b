package io.github.geminipool.internal.pool;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.internal.choice.KeySelection;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.settings.HealthSettings;

/**
 * What the model pools of a pool share.
 *
 * @param selection what the choice of a key depends on
 * @param health turns outcomes of attempts into exclusions
 * @param listeners are told after all locks are released
 * @param decisions why keys were chosen
 */
public record PoolContext(
        KeySelection selection,
        Health health,
        HealthSettings healthSettings,
        PoolListener listeners,
        PoolClock clock,
        Scheduler scheduler,
        RecentDecisions decisions) {}
