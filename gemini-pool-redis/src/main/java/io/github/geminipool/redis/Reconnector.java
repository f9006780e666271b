package io.github.geminipool.redis;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps a store's link open and subscribed. It has a thread of its own, because connecting may take a minute, too long for the
 * store's thread to wait. Runs on the store's thread; {@link #awaitFirst} and {@link #close} are thread-safe.
 */
final class Reconnector {

    /** How long an application's start-up waits for the first connection. */
    private static final Duration FIRST_CONNECTION = Duration.ofSeconds(1);

    private static final String SUBSCRIPTION = "subscription";

    private final Link link;
    private final Heartbeat heartbeat;
    private final FactsFeed feed;
    private final Outage outage;
    private final Outage factsOutage;
    private final Executor storesThread;
    private final Duration patience;
    private final ThreadPoolExecutor thread;
    private final AtomicBoolean isConnecting = new AtomicBoolean();
    private final CountDownLatch connected = new CountDownLatch(1);
    private long connectingSince;
    private volatile boolean closed;

    /**
     * Creates a reconnector, which does nothing on its own.
     *
     * @param outage records failures to connect
     * @param factsOutage records failures to subscribe
     * @param timeout the timeout of the store
     * @param threads makes the thread that connects
     */
    Reconnector(
            Link link,
            Heartbeat heartbeat,
            FactsFeed feed,
            Outage outage,
            Outage factsOutage,
            Executor storesThread,
            Duration timeout,
            ThreadFactory threads) {
        this.link = link;
        this.heartbeat = heartbeat;
        this.feed = feed;
        this.outage = outage;
        this.factsOutage = factsOutage;
        this.storesThread = storesThread;
        this.patience = FIRST_CONNECTION.plus(timeout);
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads,
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Begins to connect what is not connected, unless that is under way; to be called regularly. */
    void connectSoon() {
        if (isConnecting.compareAndSet(false, true)) {
            connectingSince = System.nanoTime();
            begin();
        } else if (!link.isOpen() && System.nanoTime() - connectingSince > patience.toNanos()) {
            outage.failed(Heartbeat.NAME, new RedisUnavailableException(Link.NOT_CONNECTED));
        }
    }

    private void begin() {
        boolean isBegun = false;
        try {
            thread.execute(this::connect);
            isBegun = true;
        } finally {
            if (!isBegun) {
                // No thread could be started: the next tick tries again.
                isConnecting.set(false);
            }
        }
    }

    private void connect() {
        try {
            if (link.open()) {
                storesThread.execute(heartbeat::sendAnew);
            }
            connected.countDown();
            subscribe();
        } catch (Throwable e) {
            if (!closed) {
                outage.failed(Heartbeat.NAME, e);
            }
        } finally {
            connected.countDown();
            isConnecting.set(false);
        }
    }

    private void subscribe() {
        try {
            if (link.subscribe()) {
                storesThread.execute(feed::readAll);
            }
            factsOutage.answered(SUBSCRIPTION);
        } catch (RuntimeException e) {
            // The heartbeat reveals changes too, but later.
            if (!closed) {
                factsOutage.failed(SUBSCRIPTION, e);
            }
        }
    }

    /** Waits until the first try to connect has ended, at most a second; returns whether it has. */
    boolean awaitFirst() throws InterruptedException {
        return connected.await(FIRST_CONNECTION.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Begins no further try. One that is under way is not interrupted, which might leave a connection open. */
    void close() {
        closed = true;
        thread.shutdown();
    }
}
