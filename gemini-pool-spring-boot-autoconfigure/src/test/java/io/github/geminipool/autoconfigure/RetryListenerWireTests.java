package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.errors.GenAiIOException;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.testing.Eventually;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.retry.TerminatedRetryException;
import org.springframework.retry.support.RetrySynchronizationManager;
import org.springframework.retry.support.RetryTemplate;

/** Retry listeners of an application over real HTTP: whatever they do, calls end properly and leave nothing behind. */
@Timeout(60)
class RetryListenerWireTests extends RetryWireTestBase {

    @Test
    void listenersReceiveTheFailureAndTheDelay() {
        simulator.fault(Fault.when().first(1).respond(503));
        List<String> events = new ArrayList<>();
        GeminiPool pool = pool(new RetryListener() {
            @Override
            public <T, E extends Throwable> boolean open(RetryContext context, RetryCallback<T, E> callback) {
                events.add("open " + callback.getLabel());
                return true;
            }

            @Override
            public <T, E extends Throwable> void onError(
                    RetryContext context, RetryCallback<T, E> callback, Throwable throwable) {
                RetryableFailureException e = (RetryableFailureException) throwable;
                assertThat(e.failure().kind()).isEqualTo(FailureKind.OVERLOADED);
                assertThat(e.getStackTrace()).isEmpty();
                events.add("error, retry after " + e.delay());
            }

            @Override
            public <T, E extends Throwable> void onSuccess(
                    RetryContext context, RetryCallback<T, E> callback, T result) {
                events.add("success " + ((Response) result).code() + " after " + context.getRetryCount());
            }

            @Override
            public <T, E extends Throwable> void close(
                    RetryContext context, RetryCallback<T, E> callback, @Nullable Throwable throwable) {
                events.add("close");
            }
        });
        pool.generateContent("Hi");
        assertThat(events)
                .containsExactly("open gemini-flash-latest", "error, retry after PT0S", "success 200 after 1", "close");
    }

    @Test
    void listenerMayVetoACall() {
        GeminiPool pool = pool(new RetryListener() {
            @Override
            public <T, E extends Throwable> boolean open(RetryContext context, RetryCallback<T, E> callback) {
                return false;
            }
        });
        Throwable e = failureOf(pool);
        assertThat(e).isInstanceOf(GenAiIOException.class);
        assertThat(e.getCause()).isInstanceOf(IOException.class).hasMessageContaining("RetryListener");
        assertThat(catchThrowable(() -> pool.generateContentAsync("Hi").join()))
                .hasRootCauseInstanceOf(TerminatedRetryException.class);
        Eventually.await("the instance is returned", () -> pool.stats().active() == 0);
        assertThat(simulator.requestCount()).isZero();
    }

    /** Returns a listener that rejects the given number of responses. */
    private static RetryListener rejecting(int responses, RuntimeException cause) {
        return new RetryListener() {
            private int left = responses;

            @Override
            public <T, E extends Throwable> void onSuccess(
                    RetryContext context, RetryCallback<T, E> callback, T result) {
                if (left-- > 0) {
                    throw cause;
                }
            }
        };
    }

    @Test
    void listenerMayRejectAResponse() {
        GeminiPool pool = pool(rejecting(1, new IllegalStateException("not good enough")));
        Throwable e = failureOf(pool);
        assertThat(e).isInstanceOf(GenAiIOException.class);
        assertThat(e.getCause())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("RetryListener")
                .hasMessageContaining("not good enough");
        assertThat(pool.stats().active()).isZero();
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void listenerMayRejectAStream() {
        GeminiPool pool = pool(rejecting(1, new IllegalStateException("not good enough")));
        assertThat(catchThrowable(
                        () -> pool.generateContentStream("Hi ".repeat(100)).close()))
                .isInstanceOf(GenAiIOException.class);
        assertThat(pool.stats().active()).isZero();
    }

    @Test
    void templateMayRetryARejectedResponse() {
        GeminiPool pool = pool(retriesEverything(rejecting(2, new IllegalStateException("not good enough"))));
        assertThat(pool.generateContent("Hi").text()).contains("Hi");
        assertThat(pool.stats().active()).isZero();
        assertThatCallEnded(CallEnded.Outcome.SUCCESS, 3);
    }

    @Test
    void listenerThatRejectsAFailureDoesNotHideIt() {
        simulator.fault(Fault.when().reset());
        IllegalStateException rejection = new IllegalStateException("not good enough");
        Throwable e = failureOf(pool(rejecting(1, rejection)));
        assertThat(e.getCause())
                .isInstanceOf(IOException.class)
                .hasSuppressedException(rejection)
                .message()
                .doesNotContain("good enough");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 3);
    }

    @Test
    void exceptionsOfListenersReachTheCallerAsIOExceptions() {
        simulator.fault(Fault.when().first(1).respond(503));
        GeminiPool pool = pool(new RetryListener() {
            @Override
            public <T, E extends Throwable> void onError(
                    RetryContext context, RetryCallback<T, E> callback, Throwable throwable) {
                throw new AssertionError("listener failed");
            }
        });
        Throwable e = failureOf(pool);
        assertThat(e).isInstanceOf(GenAiIOException.class);
        assertThat(e.getCause()).isInstanceOf(IOException.class).hasMessageContaining("listener failed");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void listenerThatFailsInCloseLeavesNothingBehind(boolean inTemplate) {
        RetryListener failing = new RetryListener() {
            @Override
            public <T, E extends Throwable> void close(
                    RetryContext context, RetryCallback<T, E> callback, @Nullable Throwable throwable) {
                throw new IllegalStateException("listener failed");
            }
        };
        GeminiPool pool = pool(failing);
        if (inTemplate) {
            RetryTemplate.builder().maxAttempts(1).build().execute(outer -> {
                assertThat(failureOf(pool)).isInstanceOf(GenAiIOException.class);
                assertThat(RetrySynchronizationManager.getContext()).isSameAs(outer);
                return null;
            });
        } else {
            assertThat(failureOf(pool)).isInstanceOf(GenAiIOException.class);
        }
        assertThat(RetrySynchronizationManager.getContext()).isNull();
        assertThat(pool.stats().active()).isZero();
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void listenersAreNotifiedOfAsynchronousCalls() throws Exception {
        simulator.fault(Fault.when().first(1).respond(503));
        CompletableFuture<Throwable> error = new CompletableFuture<>();
        GeminiPool pool = pool(new RetryListener() {
            @Override
            public <T, E extends Throwable> void onError(
                    RetryContext context, RetryCallback<T, E> callback, Throwable throwable) {
                error.complete(throwable);
            }
        });
        assertThat(pool.generateContentAsync("Hi").get(10, TimeUnit.SECONDS).text())
                .contains("Hi");
        assertThat(error).isCompletedWithValueMatching(RetryableFailureException.class::isInstance);
    }
}
