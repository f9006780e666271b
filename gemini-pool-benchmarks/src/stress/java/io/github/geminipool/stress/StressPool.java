package io.github.geminipool.stress;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.KeySelection;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.LeaseRequest;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.pool.PoolContext;
import io.github.geminipool.internal.quota.AliasLedgers;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A pool in a time of its own, that two threads use. Keys are named k1, k2, …; each is its own project. */
final class StressPool implements PoolListener {

    static final String MODEL = "gemini-flash-latest";
    static final String OTHER_MODEL = "gemini-pro-latest";

    private static final SelectionStrategy ROUND_ROBIN = SelectionStrategy.of(Selection.ROUND_ROBIN);
    private static final Duration CHECK_INTERVAL = Duration.ofDays(1);

    final StressTime time = new StressTime();
    final ModelPools models;

    private final KeyRing ring;
    private final Exclusions exclusions = new Exclusions();
    private final AtomicInteger attemptsEnded = new AtomicInteger();

    /**
     * A pool.
     *
     * @param size how many instances there are for each model
     */
    StressPool(int size, int keyCount) {
        List<ApiKey> keys = new ArrayList<>(keyCount);
        for (int i = 1; i <= keyCount; i++) {
            keys.add(ApiKey.of("secret-" + i).named("k" + i));
        }
        ring = new KeyRing(keys, Map.of(), exclusions, HealthSettings.DEFAULTS);
        models = new ModelPools(
                new PoolContext(
                        new KeySelection(
                                ring,
                                exclusions,
                                ROUND_ROBIN,
                                () -> 42,
                                time.clock(),
                                (project, model) -> Limits.NONE,
                                new AliasLedgers()),
                        new Health(exclusions, time.clock(), ring, HealthSettings.DEFAULTS, CHECK_INTERVAL),
                        HealthSettings.DEFAULTS,
                        this,
                        time.clock(),
                        time,
                        new RecentDecisions(0)),
                model -> size,
                CHECK_INTERVAL);
    }

    ModelPool pool() {
        return models.of(MODEL);
    }

    /** Returns a lease request without a deadline, not yet submitted. */
    static LeaseRequest newRequest() {
        return newRequest(PoolClock.NEVER);
    }

    static LeaseRequest newRequest(long deadlineNanos) {
        return new LeaseRequest(KeyFilter.ANY, deadlineNanos, false, null);
    }

    /** Returns a submitted lease request without a deadline. */
    LeaseRequest request() {
        return request(MODEL);
    }

    LeaseRequest request(String model) {
        return request(model, newRequest());
    }

    LeaseRequest request(String model, LeaseRequest request) {
        models.of(model).request(request);
        return request;
    }

    /** A lease, which there must be. */
    Lease lease() {
        return leaseOf(request());
    }

    static Lease leaseOf(LeaseRequest request) {
        Lease lease = request.lease();
        if (lease == null) {
            throw new IllegalStateException("No lease: " + request.refusal());
        }
        return lease;
    }

    /** Completes the lease of a request successfully, if it was granted. */
    static void succeed(LeaseRequest request) {
        Lease lease = request.lease();
        if (lease != null) {
            lease.answered();
            lease.complete(Outcome.SUCCESS);
        }
    }

    /** Returns the state of a lease request in one word or so. */
    static String outcome(LeaseRequest request) {
        Refusal refusal = request.refusal();
        if (refusal != null) {
            return refusal.cause() == Refusal.Cause.CLOSED ? "closed" : "refused";
        }
        if (request.lease() != null) {
            return "granted";
        }
        return request.isSettled() ? "cancelled" : "waits";
    }

    /** Puts a key aside for good. */
    boolean quarantine(String key) {
        return exclude(key, PoolClock.NEVER);
    }

    boolean exclude(String key, long untilNanos) {
        return exclusions.exclude(
                new Exclusion(new Scope.Key(key), untilNanos, "a test", null),
                time.clock().nanos());
    }

    /** Takes a key out of the pool. */
    void remove(String key) {
        ring.remove(key);
        models.keysChanged();
    }

    /** Lets an attempt with the pool's only key fail in a way that the next one has to find out about. */
    void makeHalfOpen() {
        Lease lease = lease();
        lease.complete(Outcome.failure(
                new Failure(FailureKind.RATE_LIMITED, new Scope.Key(lease.keyName()), null, false, 429, "a test"),
                true));
        time.pass(Duration.ofMinutes(1));
    }

    /** Completes a lease as after a success; returns whether this completed it. */
    static boolean complete(Lease lease) {
        return lease.complete(Outcome.SUCCESS);
    }

    /** Completes a lease as after a failure; returns whether this completed it. */
    static boolean fail(Lease lease, Failure failure) {
        return lease.complete(Outcome.failure(failure, true));
    }

    int attemptsEnded() {
        return attemptsEnded.get();
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        attemptsEnded.incrementAndGet();
    }
}
