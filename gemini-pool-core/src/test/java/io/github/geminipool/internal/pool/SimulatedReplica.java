package io.github.geminipool.internal.pool;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.allowance.QuotaKey;
import io.github.geminipool.internal.allowance.QuotaUse;
import io.github.geminipool.internal.books.QuotaSharing;
import io.github.geminipool.internal.books.SlotTraffic;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.KeySelection;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.quota.AliasLedgers;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.spi.Candidate;
import io.github.geminipool.spi.SelectionStrategy;
import io.github.geminipool.spi.TimeSource;
import io.github.geminipool.testing.SimulatedStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A replica of an application: a model pool with a wall clock of its own, and the calls that come to it. */
final class SimulatedReplica implements PoolListener, BooksFollower {

    static final String MODEL = "gemini-flash-latest";

    /** What Gemini calls it. */
    static final String REAL_NAME = "gemini-3-flash";

    private static final SelectionStrategy ADAPTIVE = SelectionStrategy.of(Selection.ADAPTIVE);
    private static final Duration GIVES_UP = Duration.ofSeconds(30);

    private final ReplicaWorld world;
    private final String name;
    private final String model;
    private final Random random;
    private final PoolClock clock;
    private final SimulatedStore.Link link;
    private final ModelPool pool;
    final List<Double> waits = new ArrayList<>();
    long calls;
    long sends;
    long answered;
    long refused;

    /** How often a key was scored. */
    long scored;

    private double perSecond;
    private boolean isGone;

    /**
     * Creates a replica to which no calls come.
     *
     * @param model what it calls the model
     * @param skew how far its wall clock is off
     * @param instances the number of calls that it makes at a time
     */
    SimulatedReplica(
            ReplicaWorld world,
            String name,
            String model,
            Duration skew,
            int instances,
            int projects,
            Limits limits,
            long seed) {
        this.world = world;
        this.name = name;
        this.model = model;
        this.random = new Random(seed);
        this.clock = new PoolClock(new SkewedTime(world, skew));
        this.link = world.store.connect(name);
        long origin = world.nanos();
        Scheduler scheduler = (at, task) -> world.time.schedule(at == PoolClock.NEVER ? at : origin + at, () -> {
            if (!isGone) {
                task.run();
            }
        });
        Exclusions exclusions = new Exclusions();
        Map<String, Project> byName = new HashMap<>();
        List<ApiKey> keys = IntStream.range(0, projects)
                .mapToObj(i -> {
                    byName.put("p" + i, Project.of("p" + i));
                    return ApiKey.of("secret-" + i).named("k" + i).inProject("p" + i);
                })
                .toList();
        KeyRing ring = new KeyRing(keys, byName, exclusions, HealthSettings.DEFAULTS);
        KeySelection selection = new KeySelection(
                ring,
                exclusions,
                this::score,
                random,
                clock,
                (project, any) -> limits,
                new AliasLedgers(),
                new QuotaSharing(link, project -> project, world::modelBehind, world::aliasLearned));
        this.pool = new ModelPool(
                model,
                0,
                instances,
                0,
                true,
                new PoolContext(
                        selection,
                        new Health(exclusions, clock, ring, HealthSettings.DEFAULTS, Duration.ofMinutes(5)),
                        HealthSettings.DEFAULTS,
                        this,
                        clock,
                        scheduler,
                        new RecentDecisions(0)),
                this::lookAgain);
        link.follow(this);
    }

    private double score(Candidate candidate) {
        scored++;
        return ADAPTIVE.score(candidate);
    }

    String model() {
        return model;
    }

    /** Learns that a prompt was of another size than was estimated. */
    void learnTokens(long estimated, long counted) {
        LearnedUse use = new LearnedUse(pool.keys.all().get(0), new Demand(1, estimated, true));
        pool.locked(() -> pool.keys.quotas().settle(use, counted));
    }

    private record LearnedUse(QuotaKey key, Demand demand) implements QuotaUse {

        @Override
        public long reserved() {
            return demand.tokens();
        }

        @Override
        public long takenNanos() {
            return 0;
        }

        @Override
        public void takenAt(long nanos) {}
    }

    private void lookAgain() {
        pool.lookAgain();
    }

    String name() {
        return name;
    }

    ReplicaWorld world() {
        return world;
    }

    PoolClock clock() {
        return clock;
    }

    ModelPool pool() {
        return pool;
    }

    SimulatedStore.Link link() {
        return link;
    }

    /** Changes the number of calls that come in a second, at random times; 0 for none. */
    void demand(double newPerSecond) {
        boolean wasNone = perSecond == 0;
        perSecond = newPerSecond;
        if (wasNone && newPerSecond > 0) {
            next();
        }
    }

    private void next() {
        if (perSecond > 0 && !isGone) {
            world.in(-Math.log(1 - random.nextDouble()) / perSecond, () -> {
                if (perSecond > 0 && !isGone) {
                    calls++;
                    ask(world.nanos(), clock.after(GIVES_UP), false);
                    next();
                }
            });
        }
    }

    private void ask(long since, long deadline, boolean isRetry) {
        LeaseRequest[] made = new LeaseRequest[1];
        made[0] = new LeaseRequest(
                KeyFilter.ANY,
                Demand.REQUEST,
                deadline,
                isRetry,
                false,
                () -> world.in(0, () -> settled(made[0], since, deadline)));
        pool.request(made[0]);
    }

    private void settled(LeaseRequest request, long since, long deadline) {
        if (isGone) {
            return;
        }
        Lease lease = request.lease();
        if (lease == null) {
            refused++;
            if (request.isRetry()) {
                pool.attemptsEnd();
            }
            world.refused(this, (world.nanos() - since) / 1e9);
            return;
        }
        if (random.nextInt(200) == 0) {
            // Nothing could be sent.
            lease.unused();
            pool.attemptsBegin();
            ask(since, deadline, true);
            return;
        }
        waits.add((world.nanos() - since) / 1e9);
        sends++;
        world.in(0.02 + random.nextDouble() * 0.08, () -> arrived(lease, since, deadline));
    }

    private void arrived(Lease lease, long since, long deadline) {
        double wait = world.gemini(this, lease.project());
        if (wait == 0) {
            answered++;
            world.in(0.5 + random.nextDouble() * 4, () -> {
                if (!isGone) {
                    lease.complete(Outcome.SUCCESS);
                }
            });
        } else if (!isGone) {
            world.in(0.03 + random.nextDouble() * 0.05, () -> tooMany(lease, wait, since, deadline));
        }
    }

    private void tooMany(Lease lease, double wait, long since, long deadline) {
        if (isGone) {
            return;
        }
        Instant until = clock.now().plusNanos((long) (Math.max(1, wait) * 1e9));
        Failure failure = new Failure(
                FailureKind.RATE_LIMITED,
                new Scope.ProjectModel(lease.project(), lease.model()),
                until,
                false,
                429,
                "too many requests");
        lease.complete(Outcome.refused(
                failure,
                List.of(new ExceededQuota(
                        ExceededQuota.Unit.REQUESTS_PER_MINUTE, world.perMinute, world.namedInRefusals())),
                true));
        pool.attemptsBegin();
        ask(since, deadline, true);
    }

    /** Ends without a word. */
    void crash() {
        isGone = true;
        link.close();
    }

    /** Refuses new calls and those that wait; the others go on. */
    void close() {
        perSecond = 0;
        pool.close();
    }

    boolean isGone() {
        return isGone;
    }

    int inFlight() {
        return pool.inFlight();
    }

    int waiting() {
        return pool.state().waiting();
    }

    @Override
    public void all(List<Fact> facts) {
        pool.changeBooks(SlotTraffic::verify);
    }

    @Override
    public void lost(QuotaBucket bucket) {
        pool.changeBooks(traffic -> traffic.lost(bucket));
    }

    /** The virtual time with a wall clock that is off. */
    private record SkewedTime(ReplicaWorld world, Duration skew) implements TimeSource {

        @Override
        public Instant now() {
            return world.time.now().plus(skew);
        }

        @Override
        public long nanoTime() {
            return world.time.nanoTime();
        }

        @Override
        public void await(Lock lock, @Nullable Condition condition, long untilNanos) {
            throw new AssertionError("Nothing may block in virtual time: it passes on this thread");
        }
    }
}
