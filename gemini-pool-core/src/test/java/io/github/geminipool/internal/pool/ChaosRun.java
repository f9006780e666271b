package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.KeySelection;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.health.Repair;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.quota.AliasLedgers;
import io.github.geminipool.internal.retry.RetryBudget;
import io.github.geminipool.internal.retry.RetryRules;
import io.github.geminipool.internal.stats.Collector;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A whole pool and its callers on one thread in virtual time; its state is compared with the callers' after each step. */
final class ChaosRun implements PoolListener {

    static final Duration CHECK_INTERVAL = Duration.ofMinutes(5);

    /** Number of steps between complete comparisons; the number of leases is compared after each step. */
    private static final int STEPS_BETWEEN_AUDITS = 32;

    final Random random;
    final VirtualTime time = new VirtualTime();
    final SimulatedGemini gemini;
    final Exclusions exclusions = new Exclusions();
    final KeyRing ring;
    final ModelPools pools;
    final Repair repair;
    final RetryRules rules = new RetryRules(RetrySettings.DEFAULTS);
    final RetryBudget budget = new RetryBudget(RetrySettings.DEFAULTS.budget());
    final EventLog log;
    final ChaosFigures figures;
    final List<String> models;

    private final Collector collector = new Collector();
    private final Deque<Runnable> ready = new ArrayDeque<>();
    private final Set<SimulatedCall> calls = new LinkedHashSet<>();
    private final ChaosAudit audit = new ChaosAudit(this, calls);
    private final Map<String, Integer> held = new HashMap<>();
    private final Map<String, Long> attempts = new LinkedHashMap<>();
    private final Map<String, Long> sent = new LinkedHashMap<>();
    private long latestAnswer;
    private long steps;

    ChaosRun(Random random, ChaosWorld world, ChaosFigures figures, boolean inWords) {
        this.random = random;
        this.figures = figures;
        this.log = new EventLog(inWords);
        this.models = world.models();
        this.gemini = new SimulatedGemini(random, time, world.hasUnknownLimits());
        this.ring = new KeyRing(world.keys(), world.projects(), exclusions, HealthSettings.DEFAULTS);
        KeySelection selection = new KeySelection(
                ring,
                exclusions,
                SelectionStrategy.of(world.selection()),
                random,
                time.clock(),
                (project, model) -> project.limitsOf(model),
                new AliasLedgers());
        PoolContext context = new PoolContext(
                selection,
                new Health(exclusions, time.clock(), ring, HealthSettings.DEFAULTS, CHECK_INTERVAL),
                HealthSettings.DEFAULTS,
                this,
                time.clock(),
                this::at,
                new RecentDecisions(0));
        this.pools = new ModelPools(context, model -> world.size(), CHECK_INTERVAL);
        this.repair = new Repair(ring, time.clock(), this::at, this::probe);
        ring.keys().forEach(key -> gemini.opens(key, Long.MIN_VALUE));
    }

    long now() {
        return time.clock().nanos();
    }

    /** Runs a task at a time, then the tasks that it caused, and then compares the states. */
    Scheduler.Alarm at(long nanos, Runnable task) {
        return time.schedule(nanos, () -> {
            task.run();
            while (!ready.isEmpty()) {
                ready.removeFirst().run();
            }
            check();
        });
    }

    void after(long nanos, Runnable task) {
        var unused = at(now() + nanos, task);
    }

    /** Runs a task as soon as the current one has ended. */
    void soon(Runnable task) {
        ready.addLast(task);
    }

    void note(String what, String whom, String how) {
        log.add(now(), what, whom, how);
    }

    ModelPool someModel() {
        return pools.of(models.get(random.nextInt(models.size())));
    }

    void call(SimulatedCall call) {
        calls.add(call);
        figures.calls++;
        call.begin();
    }

    void ended(SimulatedCall call, SimulatedCall.End how, String why, int attemptsOfIt) {
        calls.remove(call);
        note("ended", how.name(), why);
        switch (how) {
            case SUCCEEDED -> figures.succeeded++;
            case FAILED -> figures.failed++;
            case REFUSED -> figures.refused++;
            case CANCELLED -> figures.cancelled++;
        }
        callEnded(new CallEnded(
                call.pool.model(),
                CallEnded.Outcome.valueOf(how == SimulatedCall.End.SUCCEEDED ? "SUCCESS" : "FAILURE"),
                attemptsOfIt,
                Duration.ZERO,
                Duration.ZERO));
    }

    void holds(Lease lease) {
        held.merge(lease.model(), 1, Integer::sum);
        attempts.merge(lease.keyName(), 1L, Long::sum);
    }

    void returned(Lease lease) {
        held.merge(lease.model(), -1, Integer::sum);
    }

    void answersUntil(long nanos) {
        latestAnswer = Math.max(latestAnswer, nanos);
    }

    /** Returns when the last of the attempts in flight will get its response. */
    long latestAnswer() {
        return latestAnswer;
    }

    private boolean probe(KeyHealth key) {
        Lease lease = pools.probe(key);
        if (lease != null) {
            probe(lease);
        }
        return lease != null;
    }

    private void probe(Lease lease) {
        figures.probes++;
        note("probe", lease.keyName(), "");
        holds(lease);
        lease.started();
        SimulatedGemini.Answer answer = gemini.probe(lease);
        answersUntil(now() + answer.afterNanos());
        after(answer.afterNanos(), () -> {
            if (answer.failure() == null) {
                lease.answered();
            }
            returned(lease);
            Failure failure = answer.failure();
            if (!lease.complete(failure == null ? Outcome.SUCCESS : Outcome.failure(failure, answer.sent()))) {
                throw new AssertionError("the lease of a probe was completed twice");
            }
        });
    }

    void add(ApiKey key) {
        gemini.opens(ring.add(key), now());
        pools.keysChanged();
    }

    void remove(SimulatedGemini.Key key) {
        gemini.closes(key);
        ring.remove(key.name());
        pools.keysChanged();
    }

    void replace(SimulatedGemini.Key key, ApiKey by) {
        gemini.closes(key);
        KeyHealth made = ring.replace(key.name(), by);
        assertThat(made).isNotNull();
        if (made != null) {
            gemini.opens(made, now());
        }
        pools.keysChanged();
    }

    void disable(SimulatedGemini.Key key) {
        key.health.disable("disabled by an operator");
        pools.check();
    }

    void enable(SimulatedGemini.Key key) {
        key.health.repair();
        pools.keyEnabled();
    }

    /** Checks that no call fails because of a key while another key has quota. */
    void checkNoKeyHadRoom(SimulatedCall call, String what) {
        if (hasMetMostKeysRejected(call)) {
            return;
        }
        int ahead = call.pool.state().waiting() + 1;
        SimulatedGemini.Key roomy = gemini.withRoomSince(call.start, call.pool.model(), call.asked, ahead);
        if (roomy != null) {
            throw new AssertionError("A call to " + call.pool.model() + " that began at " + call.start / 1e9 + " s was "
                    + what + ", while " + roomy.name() + " had room: "
                    + roomy.health.state(now()) + ", "
                    + call.pool.exclusions(KeyFilter.of(KeyChoice.ANY.withOnlyKeys(Set.of(roomy.name())), null), 1));
        }
    }

    /** It may have met one revoked key after the other; nobody can tell that from an address that Google has blocked. */
    private boolean hasMetMostKeysRejected(SimulatedCall call) {
        long rejected = call.failures().stream()
                .filter(failure -> failure.kind() == FailureKind.KEY_REJECTED)
                .map(Failure::scope)
                .distinct()
                .count();
        return 2 * rejected > ring.keys().size() && rejected > 2;
    }

    private void check() {
        for (String model : models) {
            ModelPool pool = pools.find(model);
            if (pool != null && pool.inFlight() != held.getOrDefault(model, 0)) {
                throw new AssertionError(
                        pool.inFlight() + " leases of " + model + ", but callers hold " + held.get(model));
            }
        }
        if (++steps % STEPS_BETWEEN_AUDITS == 0) {
            audit.check();
        }
    }

    /** Closes the pools and checks that nothing is left. */
    void close() {
        // A probe may have begun just now; it takes less than a second.
        for (int i = 0;
                i < 20 && pools.all().stream().anyMatch(pool -> pool.state().active() > 0);
                i++) {
            time.advance(Duration.ofMillis(100));
        }
        assertThat(calls).as("calls that have not ended").isEmpty();
        audit.check();
        for (ModelPool pool : pools.all()) {
            assertThat(pool.state().active())
                    .as("remaining leases of " + pool.model())
                    .isZero();
        }
        addsAndRemoves(1);
        int entries = exclusions.size();
        addsAndRemoves(5);
        assertThat(exclusions.size())
                .as("entries in the table of exclusions after keys were added and removed")
                .isEqualTo(entries);
        pools.close();
        repair.close();
        time.advance(Duration.ofHours(24));
        assertThat(time.alarms()).as("remaining alarms").isZero();
        attempts.forEach((key, count) -> {
            assertThat(collector.ofKey(key).total()).as("attempts of " + key).isEqualTo(count);
            assertThat(sent.getOrDefault(key, 0L)).as("requests of " + key).isEqualTo(gemini.requestsOf(key));
        });
    }

    private void addsAndRemoves(int count) {
        for (int i = 0; i < count; i++) {
            String name = "passing-" + i;
            add(ChaosWorld.key(name, "secret", name));
            remove(gemini.keys().get(gemini.keys().size() - 1));
        }
    }

    private void told(String what, String whom, String how) {
        for (String model : models) {
            ModelPool pool = pools.find(model);
            if (pool != null && pool.isLockHeld()) {
                throw new AssertionError("listeners are told with the lock of " + model + " held");
            }
        }
        note(what, whom, how);
    }

    @Override
    public void attemptStarted(AttemptStarted event) {
        figures.attempts++;
        told("started", event.key(), event.model());
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        collector.attemptEnded(event);
        if (event.sent()) {
            sent.merge(event.key(), 1L, Long::sum);
        }
        Failure failure = event.failure();
        if (failure != null) {
            figures.failures.merge(failure.kind(), 1L, Long::sum);
        }
        told("answered", event.key(), failure == null ? "" : failure.kind().name());
    }

    @Override
    public void callEnded(CallEnded event) {
        collector.callEnded(event);
    }

    @Override
    public void instanceRotated(InstanceRotated event) {
        figures.rotated++;
        told("rotated", event.from(), event.to());
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        figures.excluded++;
        told("excluded", event.scope().toString(), event.failure().kind().name());
        repair.scopeExcluded(event);
    }

    @Override
    public void scopeRestored(ScopeRestored event) {
        figures.restored++;
        told("restored", event.scope().toString(), "");
    }

    @Override
    public void keyChanged(KeyChanged event) {
        told("key", event.key(), event.change().name());
    }
}
