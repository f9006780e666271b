package io.github.geminipool.wire.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.ResponseStream;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.CancellableCalls;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams of the plain client whose readers leave, which the SDK is not told, but the pool is. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class LeavingReaderWireTest {

    private final CountDownLatch secondEvent = new CountDownLatch(1);
    private final EventServer server = new EventServer(this::beforeEvent, "");
    private final RecordingListener listener = new RecordingListener();
    private final GeminiPool pool = GeminiPool.builder()
            .key(PoolInvariants.secretOf("one"))
            .settings(GeminiPoolSettings.DEFAULTS.withSize(1).withBaseUrl(server.url()))
            .listener(listener)
            .build();

    private void beforeEvent(String request, int index) throws IOException {
        try {
            if (index > 0 && !secondEvent.await(50, TimeUnit.SECONDS)) {
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

    private ResponseStream<GenerateContentResponse> stream() {
        return pool.client().models.generateContentStream("m-3", "Hi", null);
    }

    private void assertThatItEnded() {
        assertThat(pool.stats().active()).isZero();
        Failure failure = Objects.requireNonNull(listener.attempts().get(0).failure());
        assertThat(failure.kind()).isEqualTo(FailureKind.CANCELLED);
        secondEvent.countDown();
        Eventually.await("the connection's end", () -> server.connections() == 0);
        Eventually.await("the call's end", () -> PoolProbe.activeCalls(pool) == 0);
    }

    @Test
    void aReaderThatReadsNoFurtherHoldsNoInstance() {
        CancellableCalls calls = pool.cancellableCalls();
        ResponseStream<GenerateContentResponse> stream = calls.call(this::stream);
        assertThat(pool.stats().active()).isOne();
        calls.cancel();
        assertThatItEnded();
        Iterator<GenerateContentResponse> rest = stream.iterator();
        while (rest.hasNext()) {
            assertThat(rest.next().text()).isIn("0", null);
        }
        stream.close();
    }

    @Test
    void aReaderThatWaitsForTheNextEventGetsTheEnd() throws Exception {
        CancellableCalls calls = pool.cancellableCalls();
        CountDownLatch first = new CountDownLatch(1);
        CompletableFuture<List<String>> texts = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    List<String> read = new ArrayList<>();
                    try {
                        calls.run(() -> {
                            ResponseStream<GenerateContentResponse> stream = stream();
                            first.countDown();
                            stream.forEach(part -> read.add(String.valueOf(part.text())));
                        });
                        texts.complete(read);
                    } catch (RuntimeException e) {
                        texts.completeExceptionally(e);
                    }
                },
                "reader");
        reader.start();
        assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
        Eventually.await(
                "the reader waits",
                () -> Arrays.stream(reader.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().endsWith("EventStream")));
        calls.cancel();
        assertThat(texts.get(20, TimeUnit.SECONDS)).doesNotContain("1");
        assertThatItEnded();
    }

    @Test
    void aCallThatBeginsTooLateIsCancelled() {
        CancellableCalls calls = pool.cancellableCalls();
        calls.cancel();
        CompletableFuture<Boolean> failed = new CompletableFuture<>();
        calls.run(() -> {
            try (ResponseStream<GenerateContentResponse> stream = stream()) {
                failed.complete(!stream.iterator().hasNext());
            } catch (RuntimeException e) {
                failed.complete(true);
            }
        });
        assertThat(failed).isCompletedWithValue(true);
        assertThat(pool.stats().active()).isZero();
    }

    @Test
    void callsOutsideAreNotCancelled() {
        CancellableCalls calls = pool.cancellableCalls();
        List<ResponseStream<GenerateContentResponse>> opened = new ArrayList<>();
        calls.run(() -> calls.outside(() -> opened.add(stream())));
        calls.cancel();
        assertThat(pool.stats().active()).isOne();
        secondEvent.countDown();
        try (ResponseStream<GenerateContentResponse> stream = opened.get(0)) {
            List<String> read = new ArrayList<>();
            stream.forEach(part -> read.add(String.valueOf(part.text())));
            assertThat(read).containsExactly("0", "1", "2");
        }
    }
}
