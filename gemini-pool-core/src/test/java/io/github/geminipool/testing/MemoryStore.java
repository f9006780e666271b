package io.github.geminipool.testing;

import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.Follower;
import io.github.geminipool.shared.Members;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.spi.SharedStore;
import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The facts of replicas in memory, and their books if a test wants some, which answer at once. What was published reaches the followers when the test's executor of deliveries runs.
 * A follower that missed something is told everything with the next {@linkplain #beat beat}. Thread-safe.
 */
public final class MemoryStore {

    /** Runs deliveries later, in their order, each on one thread at a time. */
    @FunctionalInterface
    public interface Deliveries {

        /** Runs a delivery to a replica soon, but not before this returns. */
        void run(Runnable delivery);
    }

    private record Held(Fact fact, long untilNanos) {}

    private final TimeSource time;
    private final Deliveries deliveries;
    private final Map<FactKind, Map<String, Held>> facts = new EnumMap<>(FactKind.class);
    private final List<Replica> replicas = new CopyOnWriteArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final Map<QuotaBucket, BooksTwin> books = new HashMap<>();
    private volatile boolean hasBooks;
    private long asks;
    private int changes;

    public MemoryStore(TimeSource time, Deliveries deliveries) {
        this.time = time;
        this.deliveries = deliveries;
    }

    /** Has books of quotas, too; without them each replica goes on alone. */
    public MemoryStore withBooks() {
        hasBooks = true;
        return this;
    }

    private synchronized Slots answer(SlotOrder order) {
        // No two slots are of one microsecond; a test's clock may stand still.
        return books.computeIfAbsent(order.bucket(), any -> new BooksTwin())
                .ask(time.now().toEpochMilli() * 1_000 + asks++, order);
    }

    /** Connects a replica. */
    public Replica connect(String name) {
        Replica replica = new Replica(name);
        replicas.add(replica);
        membersChanged();
        return replica;
    }

    /** Makes each replica that has missed something read everything, as its heartbeat does every second. */
    public void beat() {
        replicas.forEach(Replica::beat);
    }

    /** Forgets everything, as a server does that was flushed. */
    public synchronized void flush() {
        facts.clear();
        changes++;
    }

    /** Returns the names and values of all facts ever published. */
    public synchronized List<String> texts() {
        return List.copyOf(texts);
    }

    /** Returns the facts of a kind that hold. */
    public synchronized List<Fact> facts(FactKind kind) {
        List<Fact> held = new ArrayList<>();
        facts.getOrDefault(kind, Map.of()).values().forEach(one -> {
            long left = one.untilNanos() - time.nanoTime();
            if (left > 0) {
                Fact fact = one.fact();
                held.add(new Fact(
                        kind, fact.name(), fact.value(), fact.by(), Duration.ofNanos(left), fact.precedence()));
            }
        });
        return held;
    }

    private synchronized boolean put(Fact fact) {
        Map<String, Held> ofKind = facts.computeIfAbsent(fact.kind(), kind -> new LinkedHashMap<>());
        Held before = ofKind.get(fact.name());
        long until = time.nanoTime()
                + Math.min(fact.lasts().toNanos(), Duration.ofDays(1_000).toNanos());
        if (before != null && before.untilNanos() - time.nanoTime() > 0) {
            if (fact.precedence() == Fact.Precedence.LONGEST && before.untilNanos() - until >= 0) {
                return false;
            }
        }
        ofKind.put(fact.name(), new Held(fact, until));
        if (fact.kind().most() > 0 && ofKind.size() > fact.kind().most()) {
            ofKind.remove(Collections.min(
                            ofKind.entrySet(),
                            Comparator.comparingLong(held -> held.getValue().untilNanos()))
                    .getKey());
        }
        texts.add(fact.name() + " " + fact.value() + " " + fact.by());
        changes++;
        return true;
    }

    private synchronized boolean remove(FactKind kind, String name) {
        boolean removed = facts.getOrDefault(kind, Map.of()).remove(name) != null;
        changes += removed ? 1 : 0;
        return removed;
    }

    private synchronized int changes() {
        return changes;
    }

    private Members members() {
        return new Members(replicas.stream().map(Replica::replica).toList());
    }

    private void membersChanged() {
        replicas.forEach(replica -> replica.deliver(follower -> follower.membersChanged(members())));
    }

    /** What a follower is told. */
    private interface Delivery {

        void to(Follower follower);
    }

    /** One replica's connection. */
    public final class Replica implements SharedStore {

        private final String name;
        private final List<Follower> followers = new CopyOnWriteArrayList<>();
        private volatile boolean deaf;
        private volatile boolean down;
        private volatile @Nullable Instant aloneSince;
        private volatile int heard = -1;

        private Replica(String name) {
            this.name = name;
        }

        /** Loses the messages to this replica from now on, or no longer. */
        public void losesMessages(boolean loses) {
            deaf = loses;
        }

        /** Makes the store unreachable for this replica, or reachable again. */
        public void isDown(boolean isDown) {
            down = isDown;
            aloneSince = isDown ? time.now() : null;
            heard = -1;
        }

        private void deliver(Delivery delivery) {
            if (!deaf && !down) {
                deliveries.run(() -> followers.forEach(delivery::to));
            }
        }

        private void told(Delivery delivery) {
            int now = changes();
            deliver(follower -> {
                heard = Math.max(heard, heard == now - 1 ? now : heard);
                delivery.to(follower);
            });
        }

        private void beat() {
            if (!down && heard != changes()) {
                deliveries.run(() -> followers.forEach(this::tellAll));
            }
        }

        private void tellAll(Follower follower) {
            heard = changes();
            List<Fact> all = new ArrayList<>();
            for (FactKind kind : FactKind.values()) {
                if (kind.isFollowed()) {
                    all.addAll(facts(kind));
                }
            }
            follower.all(all);
        }

        @Override
        public String namespace() {
            return "test";
        }

        @Override
        public String replica() {
            return name;
        }

        @Override
        public Duration timeout() {
            return Duration.ofMillis(150);
        }

        @Override
        public Members members() {
            return down ? new Members(List.of(name)) : MemoryStore.this.members();
        }

        @Override
        public @Nullable Instant aloneSince() {
            return aloneSince;
        }

        @Override
        public CompletionStage<Slots> reserve(SlotOrder order) {
            return hasBooks && !down
                    ? CompletableFuture.completedFuture(answer(order))
                    : CompletableFuture.failedFuture(new UnsupportedOperationException("There are no books"));
        }

        @Override
        public void publish(Fact fact) {
            if (!down && put(fact)) {
                replicas.forEach(replica -> replica.told(follower -> follower.published(fact)));
            }
        }

        @Override
        public void retract(FactKind kind, String fact) {
            if (!down && remove(kind, fact)) {
                replicas.forEach(replica -> replica.told(follower -> follower.retracted(kind, fact)));
            }
        }

        @Override
        public CompletionStage<List<Fact>> read(FactKind kind) {
            return down
                    ? CompletableFuture.failedFuture(new IllegalStateException("not connected"))
                    : CompletableFuture.completedFuture(facts(kind));
        }

        @Override
        public Following follow(Follower follower) {
            followers.add(follower);
            deliveries.run(() -> tellAll(follower));
            return () -> followers.remove(follower);
        }

        @Override
        public void close() {
            replicas.remove(this);
            membersChanged();
        }
    }

    /** Returns what a fact says; null if there is none. */
    public synchronized @Nullable String value(FactKind kind, String name) {
        Held held = facts.getOrDefault(kind, Map.of()).get(name);
        return held == null ? null : held.fact().value();
    }
}
