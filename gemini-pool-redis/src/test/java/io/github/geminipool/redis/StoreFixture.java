package io.github.geminipool.redis;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.BooksVersion;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Orders, and how tests wait for their answers. */
final class StoreFixture {

    static final QuotaBucket BUCKET = new QuotaBucket("shop", "gemini-flash");

    /** A slow machine must not look like an outage. */
    static final Duration TIMEOUT = Duration.ofSeconds(3);

    private StoreFixture() {}

    static SlotOrder order(
            QuotaBucket bucket, int perMinute, int count, @Nullable BooksVersion known, SlotChange... changes) {
        return new SlotOrder(
                bucket,
                Limits.NONE.withRequestsPerMinute(perMinute),
                Instant.now().plusSeconds(40_000),
                known,
                Collections.nCopies(count, SlotSize.ONE),
                0,
                Duration.ZERO,
                List.of(changes));
    }

    static SlotOrder order(int count) {
        return order(BUCKET, 60, count, null);
    }

    /** Returns the answer to an order. */
    static Slots ask(RedisSharedStore store, SlotOrder order) {
        try {
            return store.reserve(order).toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns how an order fails. */
    static Throwable failure(RedisSharedStore store, SlotOrder order) {
        return store.reserve(order)
                .handle((slots, failure) ->
                        Objects.requireNonNull(failure instanceof CompletionException ? failure.getCause() : failure))
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    /** Returns how many slots are given. */
    static int given(RedisSharedStore store, SlotOrder order) {
        return ask(store, order).slots().size();
    }

    /** What a store writes to the log. */
    static final class StoreLog implements AutoCloseable {

        private final Queue<String> lines = new ConcurrentLinkedQueue<>();
        private final Logger logger = (Logger) LoggerFactory.getLogger(RedisSharedStore.class);
        private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(event.getLevel() + " " + event.getFormattedMessage());
            }
        };

        StoreLog() {
            appender.start();
            logger.addAppender(appender);
        }

        /** Expects a number of lines with a text. */
        void has(int times, String text) {
            assertThat(lines.stream().filter(line -> line.contains(text)))
                    .as(lines.toString())
                    .hasSize(times);
        }

        boolean contains(String text) {
            return count(text) > 0;
        }

        long count(String text) {
            return lines.stream().filter(line -> line.contains(text)).count();
        }

        @Override
        public void close() {
            logger.detachAppender(appender);
        }
    }
}
