package io.github.geminipool.internal.pool;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.KeySelection;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.health.Repair;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.quota.AliasLedgers;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Use;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.CallTrace;
import io.github.geminipool.spi.SelectionStrategy;
import io.github.geminipool.spi.TimeSource;
import io.github.geminipool.stats.QuotaUsage;
import io.github.geminipool.testing.EveryEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A model pool in virtual time in which everything that is not the pool's own code can be made to throw. */
final class LaneFixture {

    static final int KEYS = 3;

    /** Something to throw at a chosen call of a chosen step. */
    static final class Fuse {

        private final Map<String, Integer> hits = new LinkedHashMap<>();
        private @Nullable String step;
        private int call;
        private boolean andLater;
        private @Nullable Throwable thrown;
        private boolean armed;

        /** Throws at the n-th call of a step from {@link #arm} on, and at the later ones too if so asked. */
        void set(String newStep, int newCall, boolean andLaterOnes, Throwable newThrown) {
            step = newStep;
            call = newCall;
            andLater = andLaterOnes;
            thrown = newThrown;
        }

        void arm() {
            armed = true;
        }

        void disarm() {
            armed = false;
        }

        void hit(String at) {
            if (!armed) {
                return;
            }
            int count = hits.merge(at, 1, Integer::sum);
            if (at.equals(step) && (count == call || (andLater && count > call))) {
                sneak(Objects.requireNonNull(thrown));
            }
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "DoNotCallSuggester"})
        static <T extends Throwable> void sneak(Throwable thrown) throws T {
            throw (T) thrown;
        }

        /** Returns what it was set to throw. */
        @Nullable
        Throwable thrown() {
            return thrown;
        }

        /** Returns how often each step was called while armed. */
        Map<String, Integer> hits() {
            return hits;
        }
    }

    final Fuse fuse = new Fuse();
    final VirtualTime time = new VirtualTime();
    final PoolClock clock = new PoolClock(new FusedTime());
    final Scheduler scheduler = this::schedule;
    final KeyRing ring;
    final ModelPool pool;
    private @Nullable Repair repair;

    LaneFixture(int size) {
        List<ApiKey> apiKeys = IntStream.rangeClosed(1, KEYS)
                .mapToObj(i -> ApiKey.of("secret-" + i).named("k" + i).inProject("p" + i))
                .toList();
        Exclusions exclusions = new Exclusions();
        ring = new KeyRing(apiKeys, Map.of(), exclusions, HealthSettings.DEFAULTS);
        SelectionStrategy roundRobin = SelectionStrategy.of(Selection.ROUND_ROBIN);
        KeySelection selection = new KeySelection(
                ring,
                exclusions,
                key -> {
                    fuse.hit("strategy");
                    return roundRobin.score(key);
                },
                new Random(42),
                clock,
                (project, model) -> Limits.NONE.withRequestsPerMinute(100).withTokensPerMinute(100_000),
                new AliasLedgers());
        EveryEvent listener = this::told;
        PoolContext context = new PoolContext(
                selection,
                new Health(exclusions, clock, ring, HealthSettings.DEFAULTS, Duration.ofMinutes(5)),
                HealthSettings.DEFAULTS,
                listener,
                clock,
                scheduler,
                new RecentDecisions(10));
        pool = new ModelPool("model", 0, size, 0, true, context, this::lookAgain);
    }

    private void lookAgain() {
        fuse.hit("other pools");
        pool.lookAgain();
    }

    private void told(Record event) {
        fuse.hit(event.getClass().getSimpleName());
        Repair present = repair;
        if (present != null && event instanceof ScopeExcluded excluded) {
            present.scopeExcluded(excluded);
        }
    }

    void repairedBy(Repair newRepair) {
        repair = newRepair;
    }

    private Scheduler.Alarm schedule(long atNanos, Runnable task) {
        fuse.hit("schedule");
        Scheduler.Alarm alarm = time.schedule(atNanos, task);
        return () -> {
            alarm.cancel();
            fuse.hit("cancel alarm");
        };
    }

    LeaseRequest request(KeyFilter filter, Duration timeout) {
        LeaseRequest request = new LeaseRequest(
                filter,
                Demand.ofTokens(1_000),
                Use.PLAIN,
                time.clock().after(timeout),
                false,
                false,
                true,
                new FusedTrace(),
                () -> fuse.hit("settled"));
        pool.request(request);
        return request;
    }

    LeaseRequest request() {
        return request(KeyFilter.ANY, Duration.ofMinutes(2));
    }

    /** Grants a lease with a leak watch. */
    Lease lease(KeyFilter filter) {
        return watched(PoolFixture.leaseOf(request(filter, Duration.ofMinutes(2))));
    }

    Lease watched(Lease lease) {
        lease.watchedBy(() -> fuse.hit("leak watch"));
        return lease;
    }

    static Failure failure(FailureKind kind, Scope scope, @Nullable Instant until) {
        return new Failure(kind, scope, until, false, 400, "a test");
    }

    /** Returns the requests and tokens that the ledgers count. */
    long used(QuotaUsage.Unit unit) {
        return pool.state().quotas().stream()
                .filter(usage -> usage.unit() == unit)
                .mapToLong(QuotaUsage::used)
                .sum();
    }

    /** Completes leases that attempts were made with. */
    static void complete(Collection<Lease> leases) {
        leases.forEach(lease -> lease.complete(Outcome.SUCCESS));
    }

    private final class FusedTrace implements CallTrace {

        @Override
        public void attemptStarted(AttemptStarted event) {
            fuse.hit("trace of the start");
        }

        @Override
        public void attemptEnded(AttemptEnded event) {
            fuse.hit("trace of the end");
        }
    }

    private final class FusedTime implements TimeSource {

        @Override
        public Instant now() {
            fuse.hit("wall clock");
            return time.now();
        }

        @Override
        public long nanoTime() {
            fuse.hit("clock");
            return time.nanoTime();
        }

        @Override
        public void await(Lock lock, Condition condition, long untilNanos) {
            time.await(lock, condition, untilNanos);
        }
    }
}
