package io.github.geminipool.wire.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers that do not read, in virtual time: they keep their connection, but not the instance that another call waits for. */
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class SleepingReaderWireTest {

    private static final String MODEL = "m-3";
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final ManualTime time = new ManualTime();
    private final CountDownLatch secondEvent = new CountDownLatch(1);
    private final AtomicInteger requests = new AtomicInteger();
    private final EventServer server = new EventServer(this::beforeEvent, "");
    private final RecordingListener listener = new RecordingListener();
    private final GeminiPool pool = GeminiPool.builder()
            .key(PoolInvariants.secretOf("one"))
            .timeSource(time)
            .settings(GeminiPoolSettings.DEFAULTS
                    .withSize(1)
                    .withAcquireTimeout(Duration.ofMinutes(5))
                    .withBaseUrl(server.url()))
            .listener(listener)
            .build();

    /** The first stream's second event waits for the test. */
    private void beforeEvent(String request, int index) throws IOException {
        int number = index == 0 ? requests.incrementAndGet() : requests.get();
        try {
            if (number == 1 && index == 1 && !secondEvent.await(50, TimeUnit.SECONDS)) {
                throw new IOException("The test has ended");
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    @AfterEach
    void close() {
        secondEvent.countDown();
        pool.close();
        server.close();
    }

    private GenerationStream stream() {
        return pool.generateContentStream(GenerationRequest.of("Hi").model(MODEL));
    }

    /** Another call, which reads its stream at once. */
    private CompletableFuture<Integer> other() {
        CompletableFuture<Integer> parts = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try (GenerationStream stream = stream()) {
                        parts.complete(countOf(stream.iterator()));
                    } catch (RuntimeException e) {
                        parts.completeExceptionally(e);
                    }
                },
                "other");
        thread.start();
        Eventually.await("the other waits", () -> pool.stats().waiting() == 1);
        return parts;
    }

    private static int countOf(Iterator<GenerateContentResponse> parts) {
        int count = 0;
        while (parts.hasNext()) {
            parts.next();
            count++;
        }
        return count;
    }

    private void pass(Duration duration) {
        for (Duration passed = Duration.ZERO; passed.compareTo(duration) < 0; passed = passed.plus(LOOK)) {
            time.advance(LOOK);
            Eventually.await("the timer has run", () -> PoolProbe.isUpToDate(pool));
        }
    }

    @Test
    void itsInstanceServesAnotherAndItsStreamGoesOn() throws Exception {
        secondEvent.countDown();
        try (GenerationStream stream = stream()) {
            Iterator<GenerateContentResponse> parts = stream.iterator();
            assertThat(parts.next().text()).isEqualTo("0");
            CompletableFuture<Integer> other = other();
            pass(Duration.ofSeconds(8));
            assertThat(pool.stats().waiting()).isOne();
            pass(Duration.ofSeconds(4));
            assertThat(other.get(20, TimeUnit.SECONDS)).isEqualTo(3);
            assertThat(pool.stats().active()).isZero();
            assertThat(listener.attempts()).hasSize(1);
            assertThat(countOf(parts)).isEqualTo(2);
        }
        assertThat(listener.attempts())
                .hasSize(2)
                .extracting(AttemptEnded::failure)
                .containsOnlyNulls();
        assertThat(pool.stats().active()).isZero();
    }

    @Test
    void whileNothingComesItKeepsTheInstance() throws Exception {
        try (GenerationStream stream = stream()) {
            Iterator<GenerateContentResponse> parts = stream.iterator();
            assertThat(parts.next().text()).isEqualTo("0");
            CompletableFuture<Integer> other = other();
            pass(Duration.ofSeconds(60));
            assertThat(pool.stats().waiting()).isOne();
            secondEvent.countDown();
            assertThat(other.get(20, TimeUnit.SECONDS)).isEqualTo(3);
            assertThat(countOf(parts)).isEqualTo(2);
        }
    }

    @Test
    void whileNobodyWaitsItKeepsTheInstance() {
        secondEvent.countDown();
        try (GenerationStream stream = stream()) {
            Iterator<GenerateContentResponse> parts = stream.iterator();
            parts.next();
            pass(Duration.ofSeconds(60));
            assertThat(pool.stats().active()).isOne();
            assertThat(countOf(parts)).isEqualTo(2);
        }
    }

    @Test
    void aSlowReaderKeepsTheInstance() throws Exception {
        secondEvent.countDown();
        CompletableFuture<Integer> other;
        try (GenerationStream stream = stream()) {
            Iterator<GenerateContentResponse> parts = stream.iterator();
            parts.next();
            other = other();
            pass(Duration.ofSeconds(8));
            parts.next();
            pass(Duration.ofSeconds(8));
            assertThat(pool.stats().waiting()).isOne();
        }
        assertThat(other.get(20, TimeUnit.SECONDS)).isEqualTo(3);
    }
}
