package io.github.geminipool.internal.shared;

import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.time.PeriodicCheck;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.spi.SharedStore;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.stats.PoolStats;
import io.github.geminipool.stats.ReplicaStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Publishes this replica's figures every ten seconds, and reads those of all. Thread-safe. */
final class Snapshots {

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    /** How long the figures of a replica that is gone are shown. */
    private static final Duration LASTS = INTERVAL.multipliedBy(3);

    private final SharedStore store;
    private final SharedNames names;
    private final LocalPool pool;
    private final PeriodicCheck publishing;

    Snapshots(SharedStore store, SharedNames names, PoolClock clock, Scheduler scheduler, LocalPool pool) {
        this.store = store;
        this.names = names;
        this.pool = pool;
        this.publishing = new PeriodicCheck(this::publish, clock, scheduler, INTERVAL);
    }

    void begin() {
        publishing.begin();
    }

    void close() {
        publishing.close();
    }

    private void publish() {
        String text = SnapshotText.of(own(), names::fingerprintOf);
        store.publish(
                new Fact(FactKind.SNAPSHOT, store.replica(), text, store.replica(), LASTS, Fact.Precedence.LATEST));
    }

    /** Returns the present figures of this replica. */
    private ReplicaStats own() {
        PoolStats stats = pool.stats();
        KeyStats keys = pool.keyStats();
        return new ReplicaStats(
                store.replica(),
                Duration.ZERO,
                store.aloneSince(),
                stats.calls(),
                stats.failedCalls(),
                stats.attempts().total(),
                stats.attempts().failed(),
                stats.active(),
                stats.waiting(),
                stats.models().stream()
                        .sorted(Comparator.comparing(ModelStats::usage).reversed())
                        .map(model -> new ReplicaStats.OfModel(
                                model.model(),
                                model.usage(),
                                model.attempts().failed(),
                                model.active(),
                                model.waiting()))
                        .toList(),
                keys.keys().stream()
                        .sorted(Comparator.comparing(KeyUsage::usage).reversed())
                        .map(key -> new ReplicaStats.OfKey(
                                key.key(), key.usage(), key.failed(), key.inFlight(), key.usable()))
                        .toList());
    }

    /** Reads the figures of all replicas, in the order of their names. Those of this one are the present ones. */
    CompletionStage<List<ReplicaStats>> read() {
        return store.read(FactKind.SNAPSHOT).thenApply(facts -> {
            List<ReplicaStats> all = new ArrayList<>();
            all.add(own());
            facts.stream()
                    .filter(fact -> !fact.name().equals(store.replica()))
                    .map(this::figuresOf)
                    .filter(Objects::nonNull)
                    .map(Objects::requireNonNull)
                    .forEach(all::add);
            all.sort(Comparator.comparing(ReplicaStats::replica));
            return List.copyOf(all);
        });
    }

    private @Nullable ReplicaStats figuresOf(Fact fact) {
        return SnapshotText.read(fact.name(), LASTS.minus(fact.lasts()), fact.value(), this::nameOf);
    }

    private @Nullable String nameOf(String fingerprint) {
        KeyHealth key = names.keyOf(fingerprint);
        return key == null ? null : key.name();
    }
}
