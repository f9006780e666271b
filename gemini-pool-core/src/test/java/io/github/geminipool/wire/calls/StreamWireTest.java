package io.github.geminipool.wire.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.ResponseStream;
import com.google.genai.errors.ApiException;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.Framing;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams: failover up to the first event, errors after it, and every way to end. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class StreamWireTest {

    private static final String FIRST = PoolInvariants.secretOf("first");
    private static final String SECOND = PoolInvariants.secretOf("second");
    private static final String QUOTA = "429-free-tpm.json";

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final RecordingListener events = new RecordingListener();
    private GeminiSimulator simulator;
    private GeminiPool pool;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(FIRST).key(SECOND));
        pool = invariants.pool(
                simulator,
                b -> b.key(FIRST)
                        .key(SECOND)
                        .settings(b.settings().withRetry(new RetrySettings(3, Duration.ZERO, 1, Duration.ZERO, 0, 1)))
                        .listener(events));
    }

    @ParameterizedTest
    @CsvSource({
        "CLIENT_STREAM,FRAMED",
        "CLIENT_STREAM,BARE",
        "CLIENT_ASYNC_STREAM,FRAMED",
        "CLIENT_ASYNC_STREAM,BARE",
        "CLIENT_CHAT_STREAM,BARE",
        "FACADE_STREAM,BARE",
        "FACADE_STREAM,FRAMED"
    })
    void anErrorBeforeTheFirstEventIsFailedOver(Form form, Framing framing) {
        simulator.fault(Fault.when().key(FIRST).errorInStream(0, framing, QUOTA));
        String whole = form.ask(pool, "m", "Tell me more");
        assertThat(whole).isEqualTo(Form.CLIENT_SYNC.ask(pool, "m", "Tell me more"));
        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(FIRST, SECOND, SECOND);
        assertThat(events.attempts().get(0).failure()).isNotNull();
        assertThat(Objects.requireNonNull(events.attempts().get(0).failure()).kind())
                .isEqualTo(FailureKind.RATE_LIMITED);
    }

    @ParameterizedTest
    @EnumSource(Framing.class)
    void anErrorInTheMiddleIsThrownAndNotFailedOver(Framing framing) {
        simulator.fault(Fault.when().key(FIRST).errorInStream(3, framing, QUOTA));
        StringBuilder text = new StringBuilder();
        Throwable e = catchThrowable(() -> {
            try (GenerationStream stream = pool.generateContentStream("Tell me more")) {
                stream.forEach(part -> text.append(part.text()));
            }
        });
        assertThat(invariants.saw(e))
                .isInstanceOfSatisfying(
                        ApiException.class, api -> assertThat(api.code()).isEqualTo(429));
        String whole = Form.CLIENT_SYNC.ask(pool, "gemini-flash-latest", "Tell me more");
        assertThat(whole).startsWith(text);
        assertThat(text).isNotEmpty();
        // The error excludes the project like any other.
        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(FIRST, SECOND);
        assertThat(Objects.requireNonNull(events.attempts().get(0).failure()).kind())
                .isEqualTo(FailureKind.RATE_LIMITED);
    }

    @ParameterizedTest
    @EnumSource(Framing.class)
    void anErrorInTheMiddleEndsTheCallThoughTheStreamIsNotClosed(Framing framing) {
        simulator.fault(Fault.when().errorInStream(3, framing, QUOTA));
        Throwable e = catchThrowable(() -> Form.CLIENT_STREAM.ask(pool, "m", "Tell me more"));
        assertThat(e).isInstanceOf(ApiException.class);
        assertThat(pool.stats().active()).isZero();
        assertThat(PoolProbe.activeCalls(pool)).isZero();
    }

    @Test
    void aLineThatIsNoEventFailsTheStream() {
        simulator.fault(Fault.when().key(FIRST).errorInStream(2, Framing.BARE, "{\"error\": {\"code\": 500, \"mess"));
        Throwable e = catchThrowable(() -> Form.FACADE_STREAM.ask(pool, "m", "Tell me more"));
        assertThat(e).isInstanceOf(ApiException.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"CLIENT_STREAM", "FACADE_STREAM", "CLIENT_ASYNC_STREAM"})
    void aResetBeforeTheFirstEventIsRetried(Form form) {
        simulator.fault(Fault.when().first(1).resetAfterHeaders());
        assertThat(form.ask(pool, "m", "Tell me more")).contains("Tell me more");
        assertThat(simulator.requestCount()).isEqualTo(2);
    }

    @Test
    void aCutInTheMiddleReachesTheCaller() {
        simulator.fault(Fault.when().first(1).cutStreamAfter(2));
        Throwable e = catchThrowable(() -> Form.FACADE_STREAM.ask(pool, "m", "Tell me more"));
        assertThat(invariants.saw(e)).isNotNull();
        assertThat(simulator.requestCount()).isEqualTo(1);
        assertThat(Objects.requireNonNull(events.attempts().get(0).failure()).kind())
                .isEqualTo(FailureKind.NETWORK);
    }

    @Test
    void theLeaseEndsAtTheEndOfTheBodyWithoutAClose() {
        ResponseStream<GenerateContentResponse> stream =
                pool.client().models.generateContentStream("m", "Tell me more", null);
        assertThat(pool.stats().active()).isEqualTo(1);
        int parts = 0;
        for (GenerateContentResponse part : stream) {
            assertThat(part).isNotNull();
            parts++;
        }
        assertThat(parts).isGreaterThan(2);
        assertThat(pool.stats().active()).isZero();
        assertThat(events.attempts()).hasSize(1).allMatch(attempt -> attempt.failure() == null);
    }

    @Test
    void theLeaseEndsAtAnEarlyClose() {
        simulator.fault(Fault.when().errorInStream(1_000, Framing.BARE, QUOTA));
        GenerationStream stream = pool.generateContentStream("Tell me more");
        assertThat(pool.stats().active()).isEqualTo(1);
        assertThat(stream.keyName()).isEqualTo("Key #1");
        assertThat(stream.instanceIndex()).isZero();
        stream.close();
        stream.close();
        Eventually.await("the lease has ended", () -> pool.stats().active() == 0);
        assertThat(events.attempts()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAbandonedStreamComesBack(boolean asynchronous) {
        simulator.fault(
                Fault.when().operation(Operation.STREAM_GENERATE_CONTENT).errorInStream(2, Framing.BARE, QUOTA));
        for (int i = 0; i < 5; i++) {
            abandon(asynchronous, i);
        }
        Eventually.await("all leases have come back", () -> {
            System.gc();
            return pool.stats().active() == 0;
        });
        Eventually.await("each has been told", () -> events.attempts().size() == 5);
        assertThat(invariants.logged())
                .filteredOn(line -> line.startsWith("WARN") && line.contains("neither read to its end nor closed"))
                .hasSize(1);
    }

    private void abandon(boolean asynchronous, int i) {
        ResponseStream<GenerateContentResponse> stream = asynchronous
                ? pool.client()
                        .async
                        .models
                        .generateContentStream("m" + i, "Tell me more", null)
                        .join()
                : pool.client().models.generateContentStream("m" + i, "Tell me more", null);
        assertThat(stream.iterator().hasNext()).isTrue();
    }
}
