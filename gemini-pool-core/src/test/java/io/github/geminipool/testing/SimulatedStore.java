package io.github.geminipool.testing;

import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.Follower;
import io.github.geminipool.shared.Members;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.spi.SharedStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * The server that replicas share in virtual time, and what may happen to it. It keeps the books; facts reach nobody. Not thread-safe:
 * everything runs on the thread that advances the time.
 */
public final class SimulatedStore {

    private static final long MILLI = 1_000_000L;
    private static final long TIMEOUT = 150 * MILLI;
    private static final long BEAT = 1_000 * MILLI;
    private static final long REFUSED_AFTER = MILLI / 3;

    private final VirtualTime time;
    private final Random random;
    private final Map<QuotaBucket, BooksTwin> books = new HashMap<>();
    private final Map<QuotaBucket, SlotAudit> audits = new HashMap<>();
    private final List<Link> links = new ArrayList<>();
    private long downUntil;
    private boolean isSilent;
    private long slowUntil;
    private long slowNanos;
    private long orders;
    private int flushes;

    /**
     * Creates a server that works.
     *
     * @param random how long messages take
     */
    public SimulatedStore(VirtualTime time, Random random) {
        this.time = time;
        this.random = random;
    }

    /** Connects another replica. */
    public Link connect(String replica) {
        Link link = new Link(replica);
        links.add(link);
        link.beat();
        return link;
    }

    /** Stops for a while; what it has is kept. If it is silent, orders stay without an answer, rather than to fail at once. */
    public void down(Duration length, boolean silent) {
        downUntil = now() + length.toNanos();
        isSilent = silent;
    }

    /** Takes longer for a while. */
    public void slow(Duration more, Duration length) {
        slowNanos = more.toNanos();
        slowUntil = now() + length.toNanos();
    }

    /** Loses everything. */
    public void flush() {
        books.values().forEach(BooksTwin::wipe);
        flushes++;
    }

    /** Loses what was sent, and keeps the rest. */
    public void evict() {
        books.values().forEach(BooksTwin::evict);
    }

    /** Is replaced in a while by a copy that lacks what happens until then. */
    public void failOver(Duration lag) {
        Map<QuotaBucket, BooksTwin> copies = new HashMap<>();
        books.forEach((bucket, own) -> copies.put(bucket, own.copy()));
        audits.values().forEach(SlotAudit::failOverBegins);
        in(lag.toNanos(), () -> {
            books.clear();
            books.putAll(copies);
            audits.values().forEach(SlotAudit::failedOver);
        });
    }

    /** Returns the number of orders that have reached it. */
    public long orders() {
        return orders;
    }

    /** Returns the number of requests for which slots were given. */
    public long given() {
        return sum(SlotAudit::given);
    }

    /** Returns the number of requests whose slots came back. */
    public long givenBack() {
        return sum(SlotAudit::givenBack);
    }

    /** Returns the number of requests reported as sent without a slot. */
    public long sentAlone() {
        return sum(SlotAudit::sentAlone);
    }

    private long sum(ToLongFunction<SlotAudit> number) {
        return audits.values().stream().mapToLong(number).sum();
    }

    /** Returns what must not happen to slots and has. */
    public List<String> violations() {
        return audits.values().stream()
                .flatMap(audit -> audit.violations().stream())
                .toList();
    }

    /** Returns whether a bucket has room for a request now. */
    public boolean hasRoom(QuotaBucket bucket) {
        BooksTwin known = books.get(bucket);
        return known == null || known.hasRoom(serverMicros());
    }

    private boolean isDown() {
        return now() < downUntil;
    }

    private long now() {
        return time.clock().nanos();
    }

    private long serverMicros() {
        return VirtualTime.START.toEpochMilli() * 1_000 + now() / 1_000;
    }

    private void in(long nanos, Runnable task) {
        var unused = time.schedule(now() + nanos, task);
    }

    /** Returns how long a message takes one way: a third of a millisecond as a rule, seldom more than two. */
    private long way() {
        double millis = Math.min(2.5, Math.max(0.15, 0.35 * Math.exp(0.6 * random.nextGaussian())));
        return (long) (millis * MILLI) + (now() < slowUntil ? slowNanos / 2 : 0);
    }

    private Slots answer(SlotOrder order) {
        orders++;
        Slots answer =
                books.computeIfAbsent(order.bucket(), any -> new BooksTwin()).ask(serverMicros(), order);
        audits.computeIfAbsent(order.bucket(), any -> new SlotAudit()).add(order, answer);
        if (answer.status() == Slots.Status.LOST) {
            links.forEach(link -> in(way(), () -> link.lost(order.bucket())));
        }
        return answer;
    }

    /** A replica's connection. */
    public final class Link implements SharedStore {

        private final String replica;
        private final List<Follower> followers = new ArrayList<>();
        private Members members;
        private long cutUntil;
        private boolean isGone;
        private long seen;
        private int flushesSeen;

        Link(String replica) {
            this.replica = replica;
            this.members = new Members(List.of(replica));
        }

        /** Cuts the replica off for a while. */
        public void cutOff(Duration length) {
            cutUntil = now() + length.toNanos();
        }

        private boolean isReached() {
            return !isGone && !isDown() && now() >= cutUntil;
        }

        private void beat() {
            if (isGone) {
                return;
            }
            if (isReached()) {
                seen = now() + 1;
                members = new Members(Stream.concat(
                                Stream.of(replica),
                                links.stream().filter(Link::isSeen).map(link -> link.replica))
                        .distinct()
                        .toList());
                if (flushesSeen != flushes) {
                    flushesSeen = flushes;
                    followers.forEach(follower -> follower.all(List.of()));
                }
            }
            in(BEAT, this::beat);
        }

        private boolean isSeen() {
            return seen > 0 && !isGone && now() - seen < 10 * BEAT;
        }

        private void lost(QuotaBucket bucket) {
            if (isReached()) {
                followers.forEach(follower -> follower.lost(bucket));
            }
        }

        @Override
        public String namespace() {
            return "simulated";
        }

        @Override
        public String replica() {
            return replica;
        }

        @Override
        public Duration timeout() {
            return Duration.ofNanos(TIMEOUT);
        }

        @Override
        public Members members() {
            return members;
        }

        @Override
        public CompletionStage<Slots> reserve(SlotOrder order) {
            CompletableFuture<Slots> answer = new CompletableFuture<>();
            if (!isReached()) {
                if (!isSilent || isGone) {
                    in(REFUSED_AFTER, () -> answer.completeExceptionally(new IllegalStateException("not reached")));
                }
                return answer;
            }
            in(way(), () -> {
                if (isDown() || now() < cutUntil) {
                    return;
                }
                Slots slots = answer(order);
                in(way(), () -> {
                    if (isReached()) {
                        answer.complete(slots);
                    }
                });
            });
            return answer;
        }

        @Override
        public void publish(Fact fact) {}

        @Override
        public void retract(FactKind kind, String name) {}

        @Override
        public CompletionStage<List<Fact>> read(FactKind kind) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public Following follow(Follower follower) {
            followers.add(follower);
            return () -> followers.remove(follower);
        }

        /** Leaves, or crashes: nothing more is heard of it. */
        @Override
        public void close() {
            isGone = true;
        }
    }
}
