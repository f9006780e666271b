package io.github.geminipool.benchmarks;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.KeySelection;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.event.ExclusionLog;
import io.github.geminipool.internal.event.Listeners;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.LeaseRequest;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.pool.PoolContext;
import io.github.geminipool.internal.quota.AliasLedgers;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.stats.Collector;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Timer;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.spi.SelectionStrategy;
import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The pool of one model, wired as {@code GeminiPool} wires it: exclusions, health, statistics and listeners are on. */
final class KeyPool {

    private static final int INSTANCES = 10;
    private static final Duration COOL_DOWN = Duration.ofHours(12);
    private static final Duration CHECK_INTERVAL = Duration.ofMinutes(5);

    /** Limits that are tracked but never reached. */
    private static final Limits QUOTA =
            Limits.NONE.withRequestsPerMinute(Integer.MAX_VALUE).withTokensPerMinute(Integer.MAX_VALUE);

    private final ModelPool pool;

    /** What a call needs: its tokens are counted only if they are limited, as in the pool itself. */
    private final Demand demand;

    /**
     * Creates a pool.
     *
     * @param hasQuotas whether each project's requests and tokens are limited
     */
    KeyPool(int keyCount, boolean halfCoolingDown, boolean hasQuotas, SelectionStrategy strategy) {
        PoolClock clock = new PoolClock(TimeSource.system());
        Exclusions exclusions = new Exclusions();
        List<ApiKey> keys = new ArrayList<>(keyCount);
        for (int i = 0; i < keyCount; i++) {
            String name = "Key #" + (i + 1);
            keys.add(ApiKey.of("secret-" + i).named(name).inProject("project-" + i));
            if (halfCoolingDown && i % 2 == 1) {
                exclusions.exclude(
                        new Exclusion(new Scope.Key(name), clock.after(COOL_DOWN), "cooling down", null),
                        clock.nanos());
            }
        }
        List<PoolListener> listeners = new ArrayList<>();
        listeners.add(new Collector());
        listeners.add(new ExclusionLog(clock, scope -> List.of()));
        HealthSettings health = HealthSettings.DEFAULTS;
        KeyRing ring = new KeyRing(keys, Map.of(), exclusions, health);
        ModelPools pools = new ModelPools(
                new PoolContext(
                        new KeySelection(
                                ring,
                                exclusions,
                                strategy,
                                () -> ThreadLocalRandom.current().nextLong(),
                                clock,
                                (project, model) -> hasQuotas ? QUOTA : Limits.NONE,
                                new AliasLedgers()),
                        new Health(exclusions, clock, ring, health, CHECK_INTERVAL),
                        health,
                        new Listeners(listeners),
                        clock,
                        new Timer(clock),
                        new RecentDecisions(0)),
                model -> INSTANCES,
                CHECK_INTERVAL);
        this.demand = hasQuotas ? Demand.ofTokens(100) : Demand.REQUEST;
        this.pool = pools.of("gemini-flash-latest");
    }

    private static final ResponseFacts ANSWER = new ResponseFacts(null, null, null, new TokenUsage(100, 0, 10, 0));

    /** Acquires a lease and completes it as after a successful attempt. */
    boolean acquireAndComplete() {
        LeaseRequest request = new LeaseRequest(KeyFilter.ANY, demand, PoolClock.NEVER, false, false, null);
        pool.request(request);
        @Nullable Lease lease = request.lease();
        if (lease == null) {
            throw new IllegalStateException("No lease: " + request.refusal());
        }
        lease.started();
        lease.answered();
        return lease.complete(Outcome.success(null, ANSWER));
    }
}
