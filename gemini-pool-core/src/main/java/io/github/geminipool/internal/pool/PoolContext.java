package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.health.KeyState;
import io.github.geminipool.internal.quota.SharedLedgers;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/**
 * What the model pools of one pool share.
 *
 * @param limits what is known of the limits of a project for a model
 * @param ledgers the books of models that have several names
 * @param decisions why keys were chosen
 * @param lookAgain has all of them look at those who wait: what they share has changed
 * @param whenRejected is told of a key, and that it or its project was rejected for a while
 */
public record PoolContext(
        KeyRing keys,
        Exclusions exclusions,
        Health health,
        SelectionStrategy strategy,
        RandomGenerator random,
        PoolListener listeners,
        PoolClock clock,
        Scheduler scheduler,
        BiFunction<Project, String, Limits> limits,
        SharedLedgers ledgers,
        RecentDecisions decisions,
        Runnable lookAgain,
        BiConsumer<KeyHealth, Exclusion> whenRejected,
        HealthSettings healthSettings,
        Duration checkInterval) {

    /** Tells the listeners how far a key is trusted now. */
    void tell(KeyHealth key) {
        KeyState state = key.state(clock.nanos());
        if (state instanceof KeyState.Degraded degraded) {
            listeners.keyChanged(new KeyChanged(key.name(), KeyChanged.Change.DEGRADED, degraded.reason()));
        } else if (state instanceof KeyState.Probation) {
            listeners.keyChanged(new KeyChanged(
                    key.name(), KeyChanged.Change.ON_PROBATION, "its failures are past, and it is tried again"));
        } else if (state instanceof KeyState.Healthy) {
            listeners.keyChanged(new KeyChanged(
                    key.name(),
                    KeyChanged.Change.HEALTHY,
                    KeyState.CALLS_OF_PROBATION + " calls in a row have succeeded"));
        }
    }
}
