package io.github.geminipool.wire.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.errors.ApiException;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams as publishers: their subscribers say how much is read, and when it ends. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class PublisherWireTest {

    private static final int EVENT_BYTES = 10_000;
    private static final int EVENTS = 2_500;

    /** What sockets and readers may hold, and far less than the whole stream. */
    private static final int MOST_HELD = 14_000_000;

    private final AtomicInteger sent = new AtomicInteger();
    private final EventServer server =
            new EventServer((request, index) -> sent.incrementAndGet(), "x".repeat(EVENT_BYTES));
    private final RecordingListener listener = new RecordingListener();
    private final GeminiPool pool = GeminiPool.builder()
            .key(PoolInvariants.secretOf("one"))
            .settings(GeminiPoolSettings.DEFAULTS.withSize(2).withBaseUrl(server.url()))
            .listener(listener)
            .build();

    @AfterEach
    void close() {
        pool.close(Duration.ofSeconds(10));
        server.close();
    }

    /** Requests what its test says. */
    private static class Reader implements Flow.Subscriber<GenerateContentResponse> {

        final AtomicLong parts = new AtomicLong();
        final CountDownLatch ended = new CountDownLatch(1);
        private final long first;
        volatile Flow.@Nullable Subscription subscription;
        volatile @Nullable Throwable failure;

        Reader(long first) {
            this.first = first;
        }

        Flow.Subscription subscription() {
            return Objects.requireNonNull(subscription);
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
            if (first > 0) {
                newSubscription.request(first);
            }
        }

        @Override
        public void onNext(GenerateContentResponse part) {
            parts.incrementAndGet();
        }

        @Override
        public void onError(Throwable e) {
            failure = e;
            ended.countDown();
        }

        @Override
        public void onComplete() {
            ended.countDown();
        }

        void awaitEnd() throws InterruptedException {
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Reader read(String model, long first) {
        Reader reader = new Reader(first);
        pool.generateContentPublisher(GenerationRequest.of("Hi").model(model)).subscribe(reader);
        return reader;
    }

    @Test
    void aFastSubscriberGetsAll() throws InterruptedException {
        Reader reader = read("m-" + EVENTS, Long.MAX_VALUE);
        reader.awaitEnd();
        assertThat(reader.failure).isNull();
        assertThat(reader.parts).hasValue(EVENTS);
    }

    @Test
    void aSlowOneHoldsTheServerBackAndGetsAllAsWell() throws InterruptedException {
        Reader reader = read("m-" + EVENTS, 3);
        Eventually.await("a part", () -> reader.parts.get() == 3);
        assertThat((long) sentUntilItWaits() * EVENT_BYTES).isLessThan(MOST_HELD);
        assertThat(reader.parts).hasValue(3);
        assertThat(Thread.getAllStackTraces().keySet())
                .as("no thread waits for a subscriber")
                .noneMatch(thread ->
                        thread.getName().startsWith("gemini-pool-call-") && thread.getState() == Thread.State.RUNNABLE);
        reader.subscription().request(Long.MAX_VALUE);
        reader.awaitEnd();
        assertThat(reader.parts).hasValue(EVENTS);
    }

    /** The server goes on until the buffers of the sockets are full. */
    private int sentUntilItWaits() {
        int[] last = {-1};
        while (Eventually.holds(() -> sent.get() != last[0], Duration.ofMillis(300))) {
            last[0] = sent.get();
        }
        return last[0];
    }

    @Test
    void nothingIsSentBeforeAnythingIsRequested() {
        Reader reader = read("m-2", 0);
        assertThat(reader.subscription).isNotNull();
        assertThat(pool.stats().active()).isZero();
        assertThat(sent).hasValue(0);
        reader.subscription().cancel();
    }

    @Test
    void aCancelledOneEndsTheAttemptOnTheWire() {
        Reader reader = read("m-" + EVENTS, 1);
        Eventually.await("a part", () -> reader.parts.get() == 1);
        reader.subscription().cancel();
        assertThat(pool.stats().active()).isZero();
        Failure failure = Objects.requireNonNull(listener.attempts().get(0).failure());
        assertThat(failure.kind()).isEqualTo(FailureKind.CANCELLED);
        Eventually.await("the connection's end", () -> server.connections() == 0);
        Eventually.await("the call's end", () -> PoolProbe.activeCalls(pool) == 0);
        assertThat(sent.get()).isLessThan(EVENTS);
        assertThat(reader.ended.getCount()).isOne();
    }

    @Test
    void oneThatWaitsForAnInstanceCanBeCancelled() {
        Reader first = read("m-" + EVENTS, 1);
        Reader second = read("m-" + EVENTS, 1);
        Eventually.await("a part", () -> first.parts.get() == 1 && second.parts.get() == 1);
        Reader third = read("m-" + EVENTS, 1);
        Eventually.await("who waits", () -> pool.stats().waiting() == 1);
        third.subscription().cancel();
        Eventually.await("who waits", () -> pool.stats().waiting() == 0);
        first.subscription().cancel();
        second.subscription().cancel();
        assertThat(pool.stats().active()).isZero();
        assertThat(third.parts).hasValue(0);
    }

    @Test
    void failuresAreSignalled() throws InterruptedException {
        Reader none = read("none", 1);
        none.awaitEnd();
        assertThat(none.failure).isNotNull().isNotInstanceOf(ApiException.class);
        Reader zero = read("m-2", 0);
        zero.subscription().request(0);
        zero.awaitEnd();
        assertThat(zero.failure).isInstanceOf(IllegalArgumentException.class);
        pool.close(Duration.ZERO);
        Reader late = read("m-2", 1);
        late.awaitEnd();
        assertThat(late.failure).isInstanceOf(PoolClosedException.class);
    }
}
