package io.github.geminipool.wire.runners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.errors.ServerException;
import com.google.genai.types.UploadFileConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.spi.Attempt;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.RetryDecision;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runners of applications that differ from the pool's own. */
@Tag("wire")
@Tag("sdk")
@Timeout(60)
class OwnRunnerWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");

    /** Discards the first response and makes another attempt. */
    private static final AttemptRunner ASKS_TWICE = (facts, attempt) -> {
        answer(attempt).close();
        return answer(attempt);
    };

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final RecordingListener events = new RecordingListener();
    private GeminiSimulator simulator;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
    }

    private static Response answer(Attempt attempt) throws IOException {
        return ((RetryDecision.Done) attempt.next()).response();
    }

    private GeminiPool pool(AttemptRunner runner) {
        return invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .attemptRunner(runner)
                        .listener(events)
                        .settings(b.settings()
                                .withSize(1)
                                .withRetry(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 0))));
    }

    private void assertThatCallEnded(CallEnded.Outcome outcome, int attempts) {
        assertThat(events.calls()).singleElement().satisfies(call -> {
            assertThat(call.outcome()).isEqualTo(outcome);
            assertThat(call.attempts()).isEqualTo(attempts);
        });
        assertThat(simulator.requestCount()).isEqualTo(attempts);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aRunnerMayDiscardAResponseAndTryAgain(Form form) {
        GeminiPool pool = pool(ASKS_TWICE);
        assertThat(form.ask(pool, "m", "Hi")).contains("Hi");
        assertThatCallEnded(CallEnded.Outcome.SUCCESS, 2);
    }

    @Test
    void whatCountsIsHowItEnded() {
        simulator.fault(Fault.when().nth(2).respond(503));
        GeminiPool pool = pool(ASKS_TWICE);
        assertThat(catchThrowable(() -> pool.generateContent("Hi"))).isInstanceOf(ServerException.class);
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 2);
    }

    @Test
    void aResponseThatIsNotDeliveredIsNoSuccess() {
        GeminiPool pool = pool((facts, attempt) -> {
            answer(attempt).close();
            throw new IOException("not good enough");
        });
        assertThat(catchThrowable(() -> pool.generateContent("Hi"))).hasRootCauseMessage("not good enough");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void requestsThatAreNotIdempotentAreNotRetriedEvenThen() {
        GeminiPool pool = pool(ASKS_TWICE);
        Throwable e = catchThrowable(() -> pool.client()
                .files
                .upload(new byte[1], UploadFileConfig.builder().mimeType("a/b").build()));
        assertThat(invariants.saw(e))
                .hasRootCauseInstanceOf(IOException.class)
                .hasStackTraceContaining("must not be sent twice");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    /** It already holds a thread, so it goes before calls that do not. */
    @Test
    void retriesGoBeforeFirstAttempts() throws Exception {
        CountDownLatch othersWait = new CountDownLatch(1);
        AtomicBoolean isFirst = new AtomicBoolean(true);
        GeminiPool pool = pool((facts, attempt) -> {
            Response answer = answer(attempt);
            if (!isFirst.compareAndSet(true, false)) {
                return answer;
            }
            try {
                assertThat(othersWait.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            answer.close();
            return answer(attempt);
        });
        simulator.fault(Fault.when().key(KEY).nth(2).whenInFlight(2));
        var first = pool.generateContentAsync("Hi");
        Eventually.await("it has its answer", () -> simulator.requestCount() == 1 && simulator.inFlight() == 0);
        var second = pool.generateContentAsync("one two three four five six seven eight");
        var third = pool.generateContentAsync("x ".repeat(200));
        othersWait.countDown();
        Eventually.await(
                "the second is under way, and two wait for it",
                () -> simulator.inFlight() == 1 && pool.stats().waiting() == 2);
        GeminiPool elsewhere = invariants.pool(simulator, b -> b.key(OTHER));
        elsewhere.generateContent("Go");
        CompletableFuture.allOf(first, second, third).get(10, TimeUnit.SECONDS);
        List<Long> sizes = simulator.requests().stream()
                .filter(request -> request.key().equals(KEY))
                .map(RequestRecord::inputTokens)
                .toList();
        assertThat(sizes).hasSize(4);
        assertThat(sizes.get(0)).isEqualTo(sizes.get(2)).isLessThan(sizes.get(1));
        assertThat(sizes.get(3)).isGreaterThan(sizes.get(1));
    }
}
