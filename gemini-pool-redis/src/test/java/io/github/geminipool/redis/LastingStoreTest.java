package io.github.geminipool.redis;

import io.github.geminipool.testing.Eventually;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A store without memory, or without a thread, is as before once it has some. It has no server. */
@Timeout(30)
class LastingStoreTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger heartbeats = new AtomicInteger();
    private final AtomicInteger starts = new AtomicInteger();

    /** There is no memory left to say what went wrong. */
    private static final class Hopeless extends Error {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new OutOfMemoryError("a test");
        }
    }

    private static <T> T made(Class<T> type, InvocationHandler does) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, does));
    }

    @SuppressWarnings("unchecked")
    private Connector.Connection connection() {
        connections.incrementAndGet();
        return new Connector.Connection(
                made(StatefulConnection.class, (self, method, given) -> CompletableFuture.completedFuture(null)),
                made(RedisClusterAsyncCommands.class, (self, method, given) -> {
                    if (heartbeats.incrementAndGet() == 2) {
                        throw new Hopeless();
                    }
                    throw new IllegalStateException("a test");
                }),
                () -> true,
                () -> {},
                Duration.ofMinutes(1),
                () -> {});
    }

    private RedisSharedStore store(ThreadFactory threads) {
        Connector connector = new Connector() {

            @Override
            public Connection connect(Runnable whenDisconnected) {
                return connection();
            }

            @Override
            public StatefulRedisPubSubConnection<String, String> connectPubSub() {
                throw new IllegalStateException("a test");
            }
        };
        return RedisSharedStore.connect(connector, "shop", TIMEOUT, threads);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "connecting");
        thread.setDaemon(true);
        return thread;
    }

    @Test
    void heartbeatsGoOnAfterOneForWhichThereWasNoMemory() {
        try (RedisSharedStore store = store(LastingStoreTest::daemon)) {
            Eventually.await("heartbeats of " + store.namespace(), () -> heartbeats.get() >= 4);
        }
    }

    @Test
    void itConnectsOnceThereIsAThread() {
        ThreadFactory threads = task -> {
            if (starts.incrementAndGet() <= 2) {
                throw new OutOfMemoryError("unable to create native thread: a test");
            }
            return daemon(task);
        };
        try (RedisSharedStore store = store(threads)) {
            Eventually.await("a connection of " + store.namespace(), () -> connections.get() > 0);
        }
    }
}
