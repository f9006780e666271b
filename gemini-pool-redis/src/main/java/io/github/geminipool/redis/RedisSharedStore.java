package io.github.geminipool.redis;

import io.github.geminipool.redis.FactsFeed.Snapshot;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.Follower;
import io.github.geminipool.shared.Members;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.spi.SharedStore;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store on Redis: one server, one with Sentinels, or a cluster. The build tests it on 7.0; 6.2 and Valkey 8.0 were tried by hand.
 * It has two threads, and two connections of its own from a client that it does not close. Thread-safe.
 *
 * <p>While Redis does not answer, orders fail, and the pool goes on alone with its part of the quotas. Each cause is logged at most
 * once a minute.
 */
public final class RedisSharedStore implements SharedStore {

    private static final Logger log = LoggerFactory.getLogger(RedisSharedStore.class);

    /** With this interval and the delay of {@link Heartbeat}, a change whose message was lost is noticed within a second. */
    private static final Duration INTERVAL = Duration.ofMillis(800);

    private static final List<FactKind> FOLLOWED =
            Arrays.stream(FactKind.values()).filter(FactKind::isFollowed).toList();

    private static final ThreadFactory CONNECTING = task -> daemon(task, "gemini-pool-redis-connect");

    private static final String PUBLICATIONS = "publications";

    private static final int MAX_LOSSES = 1_000;

    /** All facts are read again, and missing ones published again, this long after a publication failed. */
    private static final Duration REPUBLISHED = Duration.ofSeconds(5);

    private final String namespace;
    private final String replica = UUID.randomUUID().toString();
    private final Duration timeout;
    private final Names names;
    private final FactsCall factsCall;
    private final Script books = Script.named("books.lua");
    private final Script facts = Script.named("facts.lua");
    private final Script read = Script.named("read.lua");
    private final Link link;
    private final FactsFeed feed;
    private final Heartbeat heartbeat;
    private final Outage outage = new Outage("This replica goes on alone with its part of the quotas");
    private final Outage factsOutage = new Outage("The other replicas do not learn what this one finds out");
    private final ScheduledThreadPoolExecutor thread;
    private final Reconnector reconnector;
    private final AtomicBoolean isReadAgainDue = new AtomicBoolean();
    private final LongAdder asks = new LongAdder();
    private final LongAdder unanswered = new LongAdder();
    private final LongAdder booksLost = new LongAdder();
    private volatile boolean closed;

    /** The epochs of announced losses, so that nobody reports one twice. Used by the thread only. */
    private final Map<QuotaBucket, Long> losses = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<QuotaBucket, Long> eldest) {
            return size() > MAX_LOSSES;
        }
    };

    private RedisSharedStore(Connector connector, String namespace, Duration timeout, ThreadFactory connectingThreads) {
        if (namespace.isBlank()) {
            throw new IllegalArgumentException("A namespace must not be blank");
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("A timeout must be more than zero, not " + timeout);
        }
        this.namespace = namespace;
        this.timeout = timeout;
        this.names = new Names(namespace);
        this.factsCall = new FactsCall(names);
        this.thread = new ScheduledThreadPoolExecutor(
                1, task -> daemon(task, "gemini-pool-redis"), new ThreadPoolExecutor.DiscardPolicy());
        this.feed = new FactsFeed(this::readFollowed, thread, factsOutage);
        this.link =
                new Link(connector, names.news(), message -> thread.execute(() -> feed.toldOf(message, this::lost)));
        this.heartbeat = new Heartbeat(replica, names, timeout, link, feed, outage, thread);
        this.reconnector =
                new Reconnector(link, heartbeat, feed, outage, factsOutage, thread, timeout, connectingThreads);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread made = new Thread(task, name);
        made.setDaemon(true);
        return made;
    }

    /**
     * Creates a store on one server, or on the one that Sentinels name. Waits at most a second for the connection; if there is none
     * by then, it goes on trying.
     *
     * @param client knows the server's address; not closed with the store
     * @param namespace the namespace: replicas share only within one
     * @param timeout how long a pool waits for an answer before it goes on alone; more than zero
     * @throws IllegalArgumentException if the namespace is blank, or the timeout zero or negative
     */
    public static RedisSharedStore connect(RedisClient client, String namespace, Duration timeout) {
        return connect(Connector.of(client), namespace, timeout, CONNECTING);
    }

    /**
     * Creates a store on a cluster.
     *
     * @see #connect(RedisClient, String, Duration)
     */
    public static RedisSharedStore connect(RedisClusterClient client, String namespace, Duration timeout) {
        return connect(Connector.of(client), namespace, timeout, CONNECTING);
    }

    /**
     * Creates a store on the server or cluster of an application's current client.
     *
     * @param client called each time a connection is opened; returns a {@link RedisClient} or a {@link RedisClusterClient}, and
     *     throws an exception while there is none
     * @see #connect(RedisClient, String, Duration)
     */
    public static RedisSharedStore connect(
            Supplier<? extends AbstractRedisClient> client, String namespace, Duration timeout) {
        return connect(Connector.of(client), namespace, timeout, CONNECTING);
    }

    /**
     * Creates a store.
     *
     * @param connectingThreads makes the thread that connects
     */
    static RedisSharedStore connect(
            Connector connector, String namespace, Duration timeout, ThreadFactory connectingThreads) {
        return start(new RedisSharedStore(connector, namespace, timeout, connectingThreads));
    }

    private static RedisSharedStore start(RedisSharedStore store) {
        Future<?> unused =
                store.thread.scheduleWithFixedDelay(store::tick, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        try {
            if (!store.reconnector.awaitFirst()) {
                log.debug("Not connected to Redis yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return store;
    }

    private void tick() {
        try {
            reconnector.connectSoon();
            if (link.isOpen()) {
                heartbeat.send();
            }
        } catch (Throwable e) {
            // Whatever it is, because an executor never repeats a task that has once failed.
            heartbeat.forget();
            report(e);
        }
    }

    private void report(Throwable failure) {
        try {
            outage.failed(Heartbeat.NAME, failure);
        } catch (Throwable e) {
            // Not even for that is there memory.
        }
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public String replica() {
        return replica;
    }

    @Override
    public Duration timeout() {
        return timeout;
    }

    @Override
    public Members members() {
        return heartbeat.members();
    }

    @Override
    public @Nullable Instant aloneSince() {
        return outage.since();
    }

    /** Returns what the store has done so far. */
    public StoreStats stats() {
        return new StoreStats(
                asks.sum(),
                unanswered.sum(),
                booksLost.sum(),
                heartbeat.members().count(),
                outage.since());
    }

    @Override
    public CompletionStage<Slots> reserve(SlotOrder order) {
        long askedAt = System.nanoTime();
        asks.increment();
        String[] arguments = BooksCall.arguments(order, BooksCall.MINUTE_MICROS);
        CompletableFuture<List<Long>> reply =
                link.run(books, ScriptOutputType.MULTI, names.books(order.bucket()), arguments);
        return reply.handle((answer, failure) -> {
            if (failure != null) {
                unanswered.increment();
                outage.failed(order.bucket(), failure);
                throw new CompletionException(Link.failureOfOrder(failure));
            }
            if (System.nanoTime() - askedAt > timeout.toNanos()) {
                unanswered.increment();
                outage.unanswered(order.bucket(), timeout);
            } else {
                outage.answered(order.bucket());
            }
            Slots slots = BooksCall.answer(answer, order.wanted());
            if (slots.status() == Slots.Status.LOST) {
                foundLost(new Loss(order.bucket(), slots.version().epoch()));
            }
            return slots;
        });
    }

    private void foundLost(Loss loss) {
        booksLost.increment();
        if (loss.bucket().isOfCaller()) {
            // There may be as many as there are callers.
            log.debug("The shared books of a caller were lost. All replicas report what they have sent");
        } else {
            log.warn(
                    "The shared books of project {} for model {} were lost. All replicas report what they have sent",
                    loss.bucket().project(),
                    loss.bucket().model());
        }
        warnIfFails(link.publish(loss.message()));
        thread.execute(() -> lost(loss));
    }

    private void lost(Loss loss) {
        Long before = losses.put(loss.bucket(), loss.epoch());
        if (before == null || before != loss.epoch()) {
            feed.lost(loss.bucket());
        }
    }

    @Override
    public void publish(Fact fact) {
        String how = fact.precedence() == Fact.Precedence.LONGEST ? "longest" : "latest";
        warnIfFails(
                link.run(facts, ScriptOutputType.INTEGER, factsCall.keys(fact.kind()), factsCall.arguments(fact, how)));
    }

    @Override
    public void retract(FactKind kind, String name) {
        warnIfFails(link.run(facts, ScriptOutputType.INTEGER, factsCall.keys(kind), factsCall.retraction(kind, name)));
    }

    private void warnIfFails(CompletableFuture<?> answer) {
        CompletableFuture<?> unused = answer.whenComplete((done, failure) -> {
            if (failure != null) {
                readAgainLater();
                factsOutage.failed(PUBLICATIONS, failure);
            } else {
                factsOutage.answered(PUBLICATIONS);
            }
        });
    }

    /** When followers get all facts again, they publish what the store lacks. */
    private void readAgainLater() {
        if (isReadAgainDue.compareAndSet(false, true)) {
            boolean isScheduled = false;
            try {
                Future<?> unused = thread.schedule(this::readAgain, REPUBLISHED.toMillis(), TimeUnit.MILLISECONDS);
                isScheduled = true;
            } finally {
                if (!isScheduled) {
                    isReadAgainDue.set(false);
                }
            }
        }
    }

    private void readAgain() {
        isReadAgainDue.set(false);
        feed.missed();
    }

    @Override
    public CompletionStage<List<Fact>> read(FactKind kind) {
        return readKinds(List.of(kind)).thenApply(Snapshot::facts);
    }

    private CompletionStage<Snapshot> readFollowed() {
        return readKinds(FOLLOWED);
    }

    private CompletableFuture<Snapshot> readKinds(Collection<FactKind> kinds) {
        CompletableFuture<List<String>> reply =
                link.run(read, ScriptOutputType.MULTI, factsCall.keys(kinds), FactsCall.arguments(kinds));
        return reply.thenApply(FactsCall::snapshot);
    }

    @Override
    public Following follow(Follower follower) {
        feed.follow(follower);
        return () -> feed.unfollow(follower);
    }

    /** Tells the other replicas that this one is leaving, and closes the connections. Waits no longer than the {@link #timeout()}. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        long until = System.nanoTime() + timeout.toNanos();
        reconnector.close();
        thread.shutdownNow();
        try {
            // Otherwise it might announce its presence after it has announced its leaving.
            boolean unused = thread.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            heartbeat.end().get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.debug("Could not tell the other replicas that this one is leaving; they will notice: {}", e.toString());
        }
        link.close();
    }
}
