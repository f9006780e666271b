package io.github.geminipool.internal.shared;

import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.time.PeriodicCheck;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.spi.SharedStore;
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
        return ReplicaStats.of(store.replica(), store.aloneSince(), pool.stats(), pool.keyStats());
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
