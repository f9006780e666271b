package io.github.geminipool.redis;

import io.github.geminipool.redis.Connector.Connection;
import io.github.geminipool.shared.AnswerLostException;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The store's own two connections: one for commands, one for what others publish. Thread-safe, except that only one thread at a
 * time may call {@link #open} and {@link #subscribe}, the only methods that block.
 *
 * <p>Nothing is sent late. Lettuce would keep new and unanswered commands until it is connected again; here, new ones are refused,
 * and unanswered ones withdrawn.
 */
final class Link {

    static final String NOT_CONNECTED = "not connected";

    /** The timeout for the confirmation of a subscription, in milliseconds. */
    private static final long MOST_WAIT = 2_000;

    /** A command that has not been answered yet. */
    private record Pending(RedisFuture<?> answer, long sentAt) {}

    private final Connector connector;
    private final String channel;
    private final Consumer<String> onMessage;
    private final Set<Pending> pending = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Connection connection;
    private volatile boolean isStale;
    private volatile boolean hasWithdrawn;
    private volatile @Nullable StatefulRedisPubSubConnection<String, String> subscription;
    private volatile boolean isClosed;

    /**
     * Creates a link that is not connected.
     *
     * @param channel the channel to subscribe to
     * @param onMessage receives each message, on a thread that must not be blocked
     */
    Link(Connector connector, String channel, Consumer<String> onMessage) {
        this.connector = connector;
        this.channel = channel;
        this.onMessage = onMessage;
    }

    /** Returns whether commands can be sent now. */
    boolean isOpen() {
        Connection now = connection;
        return now != null && now.isOpen();
    }

    /** Runs a script. */
    <T> CompletableFuture<T> run(Script script, ScriptOutputType output, String[] keys, String... arguments) {
        Function<RedisClusterAsyncCommands<String, String>, RedisFuture<T>> bySha1 =
                commands -> commands.evalsha(script.sha1(), output, keys, arguments);
        Function<RedisClusterAsyncCommands<String, String>, RedisFuture<T>> bySource =
                commands -> commands.eval(script.source(), output, keys, arguments);
        // The server was restarted, or its scripts were flushed.
        return send(bySha1)
                .exceptionallyCompose(failure -> cause(failure) instanceof RedisNoScriptException
                        ? send(bySource)
                        : CompletableFuture.failedFuture(failure));
    }

    /** Publishes a message to all subscribers. */
    CompletableFuture<Long> publish(String message) {
        return send(commands -> commands.publish(channel, message));
    }

    private <T> CompletableFuture<T> send(Function<RedisClusterAsyncCommands<String, String>, RedisFuture<T>> command) {
        Connection to = connection;
        if (to == null || !to.isOpen()) {
            return CompletableFuture.failedFuture(new RedisUnavailableException(NOT_CONNECTED));
        }
        RedisFuture<T> sent;
        try {
            sent = command.apply(to.commands());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        Pending entry = new Pending(sent, System.nanoTime());
        pending.add(entry);
        CompletableFuture<T> answer = sent.handle((reply, failure) -> {
                    pending.remove(entry);
                    if (failure != null) {
                        throw new CompletionException(meaning(failure));
                    }
                    return reply;
                })
                .toCompletableFuture();
        if (!to.isOpen()) {
            sent.cancel(true);
        }
        return answer;
    }

    private Throwable meaning(Throwable failure) {
        Throwable cause = cause(failure);
        if (ErrorCode.READ_ONLY.equals(ErrorCode.of(cause))) {
            isStale = true;
        }
        return cause instanceof CancellationException
                ? new RedisUnavailableException("the connection was lost before the answer came")
                : cause;
    }

    /** Returns what an order failed with, which says whether it may have run all the same. */
    static Throwable failureOfOrder(Throwable failure) {
        Throwable cause = cause(failure);
        boolean isUnsent = cause instanceof RedisUnavailableException && NOT_CONNECTED.equals(cause.getMessage());
        boolean mayHaveRun = !isUnsent && ErrorCode.of(cause) == null;
        return mayHaveRun ? new AnswerLostException(String.valueOf(cause.getMessage()), cause) : cause;
    }

    /** Returns what a stage failed with. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? cause(failure.getCause())
                : failure;
    }

    /** Makes the next {@link #open} replace the connection, because nobody answers on it. */
    void renew() {
        isStale = true;
    }

    /**
     * Opens the connection for commands if it is not open, and withdraws commands that have gone unanswered for too long. Blocks.
     * This is not left to Lettuce, which tries less and less often; besides, after a failover the address may be another server's.
     *
     * @return whether it had to be opened
     */
    boolean open() {
        requireOpen();
        Connection before = connection;
        if (before != null) {
            withdraw(before.patience());
            if (hasWithdrawn) {
                hasWithdrawn = false;
                before.findNodes().run();
            }
            if (before.isOpen() && !isStale) {
                return false;
            }
        }
        connection = connector.connect(() -> withdraw(Duration.ZERO));
        isStale = false;
        if (before != null) {
            before.close();
            // The subscription may lead to the same dead server, without having been closed.
            unsubscribe();
        }
        closeIfTooLate();
        return true;
    }

    /**
     * Subscribes to the channel unless it is subscribed. Blocks.
     *
     * @return whether it had to subscribe: messages may have been missed
     */
    boolean subscribe() {
        requireOpen();
        StatefulRedisPubSubConnection<String, String> before = subscription;
        if (before != null && before.isOpen()) {
            return false;
        }
        StatefulRedisPubSubConnection<String, String> made = connector.connectPubSub();
        made.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String from, String message) {
                onMessage.accept(message);
            }
        });
        try {
            LettuceFutures.awaitOrCancel(made.async().subscribe(channel), MOST_WAIT, TimeUnit.MILLISECONDS);
        } catch (RuntimeException e) {
            CompletableFuture<?> unused = made.closeAsync();
            throw e;
        }
        unsubscribe();
        subscription = made;
        closeIfTooLate();
        return true;
    }

    private void unsubscribe() {
        StatefulRedisPubSubConnection<String, String> last = subscription;
        subscription = null;
        if (last != null) {
            CompletableFuture<?> unused = last.closeAsync();
        }
    }

    private void requireOpen() {
        if (isClosed) {
            throw new RedisUnavailableException("closed");
        }
    }

    /** Closes connections that were opened while another thread closed the link. */
    private void closeIfTooLate() {
        if (isClosed) {
            close();
        }
    }

    private void withdraw(Duration age) {
        long now = System.nanoTime();
        for (Pending one : pending) {
            if (now - one.sentAt >= age.toNanos()) {
                one.answer.cancel(true);
                hasWithdrawn = true;
            }
        }
    }

    /** Starts to close the connections, without waiting. Unanswered commands fail. */
    void close() {
        isClosed = true;
        withdraw(Duration.ZERO);
        Connection last = connection;
        connection = null;
        if (last != null) {
            last.close();
        }
        unsubscribe();
    }
}
