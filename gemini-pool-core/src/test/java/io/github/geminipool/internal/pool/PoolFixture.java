package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.ForeignUse;
import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.books.QuotaSharing;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.KeySelection;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.instance.ModelPoolState;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.quota.AliasLedgers;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A model pool in virtual time on one thread. Keys are named k1, k2, …; by default each has its own project. */
final class PoolFixture implements PoolListener {

    static final Duration TIMEOUT = Duration.ofSeconds(30);
    static final String MODEL = "gemini-flash-latest";

    final VirtualTime time;
    final Exclusions exclusions = new Exclusions();
    final KeyRing ring;
    final List<KeyHealth> keys;
    final List<InstanceRotated> rotated = new ArrayList<>();
    final List<Record> events = new ArrayList<>();
    final PoolContext context;
    final ModelPool pool;

    static PoolFixture of(int size, int keys) {
        return new PoolFixture(size, SelectionStrategy.of(Selection.ROUND_ROBIN), projects(keys));
    }

    static List<Project> projects(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> Project.of("k" + i))
                .toList();
    }

    PoolFixture(int size, SelectionStrategy strategy, List<Project> projects) {
        this(size, strategy, projects, Limits.NONE);
    }

    /** Creates a pool with limits for each project. */
    PoolFixture(int size, SelectionStrategy strategy, List<Project> projects, Limits limits) {
        this(size, strategy, projects, limits, new VirtualTime());
    }

    /** Creates a pool with limits for each project, in a virtual time shared with others. */
    PoolFixture(int size, SelectionStrategy strategy, List<Project> projects, Limits limits, VirtualTime time) {
        this(size, strategy, projects, limits, time, null);
    }

    /** Creates a pool that shares its quotas with replicas, unless {@code sharing} is null. */
    PoolFixture(
            int size,
            SelectionStrategy strategy,
            List<Project> projects,
            Limits limits,
            VirtualTime time,
            @Nullable QuotaSharing sharing) {
        this.time = time;
        Map<String, Project> byName = new HashMap<>();
        List<ApiKey> apiKeys = new ArrayList<>();
        for (Project project : projects) {
            byName.put(project.name(), project);
            int number = apiKeys.size();
            apiKeys.add(ApiKey.of("secret-" + number).named("k" + (number + 1)).inProject(project.name()));
        }
        ring = new KeyRing(apiKeys, byName, exclusions, HealthSettings.DEFAULTS);
        keys = ring.keys();
        KeySelection selection = new KeySelection(
                ring,
                exclusions,
                strategy,
                new Random(42),
                time.clock(),
                (project, model) -> project.limitsOf(model).or(limits),
                new AliasLedgers(),
                sharing);
        context = new PoolContext(
                selection,
                new Health(exclusions, time.clock(), ring, HealthSettings.DEFAULTS, Duration.ofMinutes(5)),
                HealthSettings.DEFAULTS,
                this,
                time.clock(),
                time,
                new RecentDecisions(0));
        pool = new ModelPool(MODEL, 0, size, 0, true, context, this::lookAgain);
    }

    private void lookAgain() {
        pool.lookAgain();
    }

    LeaseRequest newRequest(KeyFilter filter, Duration timeout, boolean retry) {
        return new LeaseRequest(filter, time.clock().after(timeout), retry, null);
    }

    LeaseRequest request(KeyFilter filter, Duration timeout, boolean retry) {
        LeaseRequest request = newRequest(filter, timeout, retry);
        pool.request(request);
        return request;
    }

    LeaseRequest request(Duration timeout) {
        return request(KeyFilter.ANY, timeout, false);
    }

    LeaseRequest request() {
        return request(TIMEOUT);
    }

    LeaseRequest retry() {
        pool.attemptsBegin();
        return request(KeyFilter.ANY, TIMEOUT, true);
    }

    Lease lease() {
        return leaseOf(request());
    }

    static Lease leaseOf(LeaseRequest request) {
        Lease lease = request.lease();
        assertThat(lease).as("lease of a granted request").isNotNull();
        return java.util.Objects.requireNonNull(lease);
    }

    List<Lease> leases(int count) {
        return IntStream.range(0, count).mapToObj(i -> lease()).toList();
    }

    /** Leases a key a number of times, one after the other, and returns the names of the keys. */
    static List<String> used(PoolFixture fixture, int times) {
        return IntStream.range(0, times)
                .mapToObj(i -> {
                    Lease lease = fixture.lease();
                    lease.complete(Outcome.SUCCESS);
                    return lease.keyName();
                })
                .toList();
    }

    static Refusal refusal(LeaseRequest request) {
        Refusal refusal = request.refusal();
        assertThat(refusal).as("refusal").isNotNull();
        return java.util.Objects.requireNonNull(refusal);
    }

    static Refusal busy() {
        return new Refusal(Refusal.Cause.BUSY, PoolClock.NEVER);
    }

    static Refusal closed() {
        return new Refusal(Refusal.Cause.CLOSED, PoolClock.NEVER);
    }

    static Refusal noKeyUntil(long nanos) {
        return new Refusal(Refusal.Cause.NO_KEY, nanos);
    }

    void exclude(Scope scope, Duration duration) {
        exclude(scope, time.clock().after(duration));
    }

    void exclude(Scope scope, long untilNanos) {
        exclusions.exclude(
                new Exclusion(scope, untilNanos, "a test", null), time.clock().nanos());
    }

    /** Excludes a scope for a failure. */
    void exclude(Scope scope, Duration duration, FailureKind kind) {
        exclusions.exclude(
                new Exclusion(scope, time.clock().after(duration), "a test", failure(kind, scope)),
                time.clock().nanos());
    }

    /** Submits a request of a call that has a fallback model. */
    LeaseRequest requestWithFallback(KeyFilter filter, Duration timeout) {
        LeaseRequest request =
                new LeaseRequest(filter, Demand.REQUEST, time.clock().after(timeout), false, true, null);
        pool.request(request);
        return request;
    }

    void excludeKey(int number, Duration duration) {
        exclude(new Scope.Key("k" + number), duration);
    }

    long nanos() {
        return time.clock().nanos();
    }

    /** Returns the outcome of an attempt that was sent: a success for null. */
    static Outcome outcome(@Nullable Failure failure) {
        return failure == null ? Outcome.SUCCESS : Outcome.failure(failure, true);
    }

    static Failure failure(FailureKind kind, Scope scope) {
        return new Failure(kind, scope, null, false, 400, "a test");
    }

    void assertNothingIsLeft() {
        ModelPoolState state = pool.state();
        assertThat(state.active()).as("active").isZero();
        assertThat(state.inFlight()).as("in flight").isEmpty();
        assertThat(state.waiting()).as("waiting").isZero();
        assertThat(state.betweenAttempts()).as("between attempts").isZero();
        assertThat(time.alarms()).as("pending alarms").isZero();
    }

    private void add(Record event) {
        assertThat(pool.isLockHeld())
                .as("lock held while listeners are notified")
                .isFalse();
        events.add(event);
    }

    @Override
    public void attemptStarted(AttemptStarted event) {
        add(event);
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        add(event);
    }

    @Override
    public void instanceRotated(InstanceRotated event) {
        assertThat(pool.isLockHeld())
                .as("lock held while listeners are notified")
                .isFalse();
        rotated.add(event);
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        add(event);
    }

    @Override
    public void scopeRestored(ScopeRestored event) {
        add(event);
    }

    @Override
    public void foreignUse(ForeignUse event) {
        add(event);
    }
}
