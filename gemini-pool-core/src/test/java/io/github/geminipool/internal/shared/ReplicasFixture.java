package io.github.geminipool.internal.shared;

import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.AttemptSubject;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.FailureEffects;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.health.Outage;
import io.github.geminipool.internal.health.PeerView;
import io.github.geminipool.internal.health.Repair;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.stats.AttemptStats;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.PoolStats;
import io.github.geminipool.testing.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Several replicas over one store in virtual time, each with its own clock, keys and exclusions. A probe takes 50 ms, a message of the
 * store 5 ms; a heartbeat makes a replica read what it has missed.
 */
abstract class ReplicasFixture {

    static final Duration PROBE = Duration.ofMillis(50);
    static final Duration MESSAGE = Duration.ofMillis(5);
    static final Duration SECOND = Duration.ofSeconds(1);

    static final String SECRET = "AQ.Zx91kQpL-77vTgW_e3R0sYbN";
    static final String OTHER_SECRET = "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY";

    final VirtualTime time = new VirtualTime();
    final MemoryStore store = new MemoryStore(time, delivery -> after(MESSAGE, delivery));
    final List<Replica> replicas = new ArrayList<>();

    /** The time between heartbeats; longer where nothing is missed for days. */
    Duration heartbeat = SECOND;

    /** The secrets that Google rejects. */
    final Set<String> revoked = new HashSet<>();

    ReplicasFixture() {
        beat();
    }

    private void beat() {
        store.beat();
        after(heartbeat, this::beat);
    }

    final void after(Duration duration, Runnable task) {
        time.schedule(PoolClock.plus(time.clock().nanos(), duration), task);
    }

    /** The two keys of most tests; each replica names them in its own way. */
    static List<ApiKey> keys(String first, String second) {
        return List.of(
                ApiKey.of(SECRET).named(first),
                ApiKey.of(OTHER_SECRET).named(second).inProject("shop"));
    }

    final Replica replica(String name) {
        return replica(name, keys("a", "b"));
    }

    final Replica replica(String name, List<ApiKey> keys) {
        Replica replica = new Replica(name, keys);
        replicas.add(replica);
        time.advance(MESSAGE.multipliedBy(2));
        return replica;
    }

    final List<Replica> replicas(String... names) {
        return Stream.of(names).map(this::replica).toList();
    }

    /** A replica, without the model pools and the calls of a real one. */
    final class Replica implements LocalPool {

        final String name;
        final MemoryStore.Replica connection;
        final PoolClock clock;
        final Exclusions exclusions = new Exclusions();
        final KeyRing ring;
        final Health health;
        final Repair repair;
        final SharedFacts facts;
        final Outage model;
        final Map<String, Integer> probes = new HashMap<>();
        final List<Record> events = new ArrayList<>();
        final List<String> orders = new ArrayList<>();
        final Map<String, String> owners = new HashMap<>();
        PoolStats stats = new PoolStats(0, 0, AttemptStats.NONE, List.of());
        KeyStats keyStats = new KeyStats(List.of(), List.of(), List.of());

        /** Whether Google rejects whatever comes from this machine. */
        boolean isRejectedEverywhere;

        /** Whether no probe of this machine is answered. */
        boolean isOffline;

        Replica(String name, List<ApiKey> keys) {
            this.name = name;
            this.connection = store.connect(name);
            this.clock = new PoolClock(time);
            this.ring = new KeyRing(
                    keys, Map.of("shop", new Project("shop", "account", 0, 1)), exclusions, HealthSettings.DEFAULTS);
            this.health = new Health(exclusions, clock, ring, HealthSettings.DEFAULTS, Duration.ofMinutes(5));
            this.model = health.ofModel("m", true);
            Scheduler scheduler = (at, task) ->
                    time.schedule(at - clock.nanos() + time.clock().nanos(), task);
            this.repair = new Repair(ring, clock, scheduler, this::probe);
            this.facts = new SharedFacts(connection, ring, health, clock, scheduler, this);
            facts.begin();
        }

        KeyHealth key(String key) {
            return Objects.requireNonNull(ring.find(key));
        }

        /** Returns whether a key is excluded here. */
        boolean excludes(String key) {
            return key(key).exclusion(clock.nanos()) != null;
        }

        /** Makes a call with a key, unless it is excluded; returns whether it was sent. */
        boolean calls(String key) {
            KeyHealth health = key(key);
            if (excludes(key) || !health.ownCell().isFree(clock.nanos())) {
                return false;
            }
            ends(health, List.of());
            return true;
        }

        private boolean probe(KeyHealth key) {
            List<ExclusionCell> begun = Stream.of(key.ownCell(), key.projectCell(), key.billingCell())
                    .filter(cell -> cell.beginProbe(clock.nanos()))
                    .toList();
            if (begun.isEmpty()) {
                return false;
            }
            probes.merge(key.name(), 1, Integer::sum);
            if (!isOffline) {
                after(PROBE, () -> ends(key, begun));
            }
            return true;
        }

        private void ends(KeyHealth key, List<ExclusionCell> begun) {
            AttemptSubject subject = new AttemptSubject(key, model, begun);
            if (!isRejectedEverywhere && !revoked.contains(key.key().secret().value())) {
                health.answered(subject, clock.nanos())
                        .forEach(exclusion -> restored(new ScopeRestored(exclusion.scope())));
                boolean unused = health.succeeded(key, clock.nanos());
                return;
            }
            fails(
                    subject,
                    new Failure(
                            FailureKind.KEY_REJECTED,
                            FailureCause.KEY_INVALID,
                            new Scope.Key(key.name()),
                            null,
                            false,
                            400,
                            "API key " + key.key().secret().value().substring(3, 9) + "… not valid"));
        }

        /** Lets an attempt fail. */
        void fails(String key, Failure failure) {
            fails(new AttemptSubject(key(key), model, List.of()), failure);
        }

        private void fails(AttemptSubject subject, Failure failure) {
            FailureEffects effects = health.failed(subject, failure, 0, new ManyPeers(), clock.nanos());
            effects.excluded().forEach(this::told);
        }

        private void told(Exclusion exclusion) {
            excluded(new ScopeExcluded(
                    exclusion.scope(),
                    exclusion.isLasting() ? null : clock.instantAt(exclusion.untilNanos()),
                    Objects.requireNonNull(exclusion.failure())));
        }

        @Override
        public void booksLost(QuotaBucket bucket) {}

        @Override
        public void verifyBooks() {}

        @Override
        public void excluded(ScopeExcluded event) {
            events.add(event);
            repair.scopeExcluded(event);
            facts.scopeExcluded(event);
        }

        @Override
        public void restored(ScopeRestored event) {
            events.add(event);
            facts.scopeRestored(event);
        }

        @Override
        public PoolStats stats() {
            return stats;
        }

        @Override
        public KeyStats keyStats() {
            return keyStats;
        }

        @Override
        public void lookAgain() {
            orders.add("look again");
        }

        @Override
        public void heed(Scope.ProjectModel scope) {
            orders.add("heed " + scope);
        }

        @Override
        public void disable(String key, String reason) {
            key(key).disable(reason);
        }

        @Override
        public void enable(String key, String reason) {
            key(key).repair();
        }

        @Override
        public void reset(@Nullable String of) {
            orders.add("reset " + of);
        }

        @Override
        public void aliasChanged(String name) {
            orders.add("alias " + name);
        }

        @Override
        public void adoptOwner(String resource, @Nullable String project) {
            if (project == null) {
                owners.remove(resource);
            } else {
                owners.put(resource, project);
            }
        }

        /** Ends the replica without a word. */
        void crashes() {
            facts.close();
            repair.close();
            connection.close();
        }
    }

    private record ManyPeers() implements PeerView {

        @Override
        public int inFlight() {
            return 100;
        }

        @Override
        public int projects(int enough) {
            return Math.min(enough, 2);
        }

        @Override
        public int projectsLeft(int enough) {
            return Math.min(enough, 2);
        }
    }
}
