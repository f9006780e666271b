package io.github.geminipool.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Opens connections to a server, or to a cluster. Its methods block. */
interface Connector {

    /**
     * A connection for commands.
     *
     * @param stateful the connection to close
     * @param commands the commands over it
     * @param open says whether commands can be sent now
     * @param stopListening runs when it is closed
     * @param patience how long a command may go unanswered before it is withdrawn: a connection may claim to be open, but only
     *     queue what it can't send
     * @param findNodes looks up the nodes again after one failed to answer, since few applications configure Lettuce to do so by
     *     itself. Blocks
     */
    record Connection(
            StatefulConnection<String, String> stateful,
            RedisClusterAsyncCommands<String, String> commands,
            BooleanSupplier open,
            Runnable stopListening,
            Duration patience,
            Runnable findNodes) {

        boolean isOpen() {
            return open.getAsBoolean();
        }

        /** Starts to close it; does not wait for the end of that. */
        void close() {
            stopListening.run();
            CompletableFuture<?> unused = stateful.closeAsync();
        }
    }

    /**
     * Opens a connection for commands.
     *
     * @param whenDisconnected runs before Lettuce reconnects and resends unanswered commands
     */
    Connection connect(Runnable whenDisconnected);

    /** Opens a connection for subscriptions. */
    StatefulRedisPubSubConnection<String, String> connectPubSub();

    /**
     * Opens connections of a client that may be replaced by another one.
     *
     * @param client supplies the current client for each connection; throws while there is none
     */
    static Connector of(Supplier<? extends AbstractRedisClient> client) {
        return new Connector() {

            @Override
            public Connection connect(Runnable whenDisconnected) {
                return current().connect(whenDisconnected);
            }

            @Override
            public StatefulRedisPubSubConnection<String, String> connectPubSub() {
                return current().connectPubSub();
            }

            private Connector current() {
                AbstractRedisClient now = client.get();
                return now instanceof RedisClusterClient cluster ? of(cluster) : of((RedisClient) now);
            }
        };
    }

    static Connector of(RedisClient client) {
        return new Connector() {

            @Override
            public Connection connect(Runnable whenDisconnected) {
                StatefulRedisConnection<String, String> made = client.connect(StringCodec.UTF8);
                made.addListener(listener(whenDisconnected));
                // No nodes to look up: each new connection asks Sentinel or resolves the name anyway.
                return new Connection(made, made.async(), made::isOpen, () -> {}, Duration.ofMinutes(1), () -> {});
            }

            @Override
            public StatefulRedisPubSubConnection<String, String> connectPubSub() {
                return client.connectPubSub(StringCodec.UTF8);
            }
        };
    }

    static Connector of(RedisClusterClient client) {
        return new Connector() {

            @Override
            public Connection connect(Runnable whenDisconnected) {
                StatefulRedisClusterConnection<String, String> made = client.connect(StringCodec.UTF8);
                // A cluster's connection consists of one for each node, but only the client reports their events.
                RedisConnectionStateListener listener = listener(whenDisconnected);
                client.addListener(listener);
                // It claims not to be open if any node is away. Commands can still be sent to the others.
                return new Connection(
                        made,
                        made.async(),
                        () -> !((RedisChannelHandler<?, ?>) made).isClosed(),
                        () -> client.removeListener(listener),
                        Duration.ofSeconds(1),
                        client::refreshPartitions);
            }

            @Override
            public StatefulRedisPubSubConnection<String, String> connectPubSub() {
                return client.connectPubSub(StringCodec.UTF8);
            }
        };
    }

    private static RedisConnectionStateListener listener(Runnable whenDisconnected) {
        return new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
                if (!connection.isClosed()) {
                    whenDisconnected.run();
                }
            }
        };
    }
}
