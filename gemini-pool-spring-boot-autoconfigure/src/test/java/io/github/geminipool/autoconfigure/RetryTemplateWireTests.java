package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.errors.ClientException;
import com.google.genai.errors.GenAiIOException;
import com.google.genai.errors.ServerException;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.PoolInvariants;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.Eventually;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.retry.RecoveryCallback;
import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.retry.RetryOperations;
import org.springframework.retry.RetryState;
import org.springframework.retry.TerminatedRetryException;
import org.springframework.retry.backoff.BackOffInterruptedException;
import org.springframework.retry.backoff.BackOffPolicy;
import org.springframework.retry.backoff.FixedBackOffPolicy;
import org.springframework.retry.backoff.StatelessBackOffPolicy;
import org.springframework.retry.context.RetryContextSupport;
import org.springframework.retry.support.RetrySynchronizationManager;
import org.springframework.retry.support.RetryTemplate;

/** What templates and listeners of an application may do, over real HTTP: calls end properly and leave nothing behind. */
@Timeout(60)
class RetryTemplateWireTests {

    private static final String KEY = PoolInvariants.secretOf("one");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final List<CallEnded> ended = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private GeminiSimulator simulator;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY));
    }

    private GeminiPool pool(SpringRetryAttemptRunner runner) {
        return invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .attemptRunner(runner)
                        .listener(new PoolListener() {
                            @Override
                            public void callEnded(CallEnded event) {
                                ended.add(event);
                            }
                        })
                        .settings(b.settings()
                                .withAcquireTimeout(Duration.ofSeconds(5))
                                .withRetry(new RetrySettings(3, Duration.ZERO, 1, Duration.ZERO, 0, 1))));
    }

    private GeminiPool pool(RetryOperations template) {
        return pool(new SpringRetryAttemptRunner(template));
    }

    private GeminiPool pool(RetryListener listener) {
        return pool(new SpringRetryAttemptRunner(List.of(listener)));
    }

    private Throwable failureOf(GeminiPool pool) {
        Throwable e = catchThrowable(() -> pool.generateContent("Hi"));
        assertThat(e).isNotNull();
        return invariants.saw(e);
    }

    private void assertThatCallEnded(CallEnded.Outcome outcome, int attempts) {
        assertThat(ended).singleElement().satisfies(call -> {
            assertThat(call.outcome()).isEqualTo(outcome);
            assertThat(call.attempts()).isEqualTo(attempts);
        });
        assertThat(simulator.requestCount()).isEqualTo(attempts);
    }

    private static RetryTemplate retriesEverything(RetryListener... listeners) {
        return RetryTemplate.builder()
                .infiniteRetry()
                .noBackoff()
                .withListeners(List.of(listeners))
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void templateMayAllowFewerAttempts(int attempts) {
        simulator.fault(Fault.when().wire("503-high-demand.json"));
        GeminiPool pool =
                pool(RetryTemplate.builder().maxAttempts(attempts).noBackoff().build());
        assertThat(failureOf(pool)).isInstanceOf(ServerException.class).hasMessageContaining("high demand");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, attempts);
    }

    @Test
    void templateMayAllowFewerAttemptsThoughNothingCame() {
        simulator.fault(Fault.when().reset());
        GeminiPool pool =
                pool(RetryTemplate.builder().maxAttempts(2).noBackoff().build());
        Throwable e = failureOf(pool);
        assertThat(e).isInstanceOf(GenAiIOException.class);
        assertThat(e.getCause()).isInstanceOf(IOException.class).isNotInstanceOf(RetryableFailureException.class);
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 2);
    }

    @Test
    void templateMayAllowMoreAttemptsInVain() {
        simulator.fault(Fault.when().respond(503));
        assertThat(failureOf(pool(retriesEverything()))).isInstanceOf(ServerException.class);
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 3);
    }

    @Test
    void templateThatRepeatsEverythingDoesNotRepeatARequestsOwnError() {
        simulator.fault(Fault.when().wire("404-model-not-found.json"));
        assertThat(failureOf(pool(retriesEverything()))).isInstanceOf(ClientException.class);
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void templateThatRepeatsEverythingDoesNotRepeatTheLastNetworkFailure() {
        simulator.fault(Fault.when().reset());
        assertThat(failureOf(pool(retriesEverything()))).isInstanceOf(GenAiIOException.class);
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 3);
    }

    @Test
    void templateThatRepeatsEverythingDoesNotRepeatARefusal() {
        simulator.fault(Fault.when().wire("429-free-tpm.json"));
        assertThat(failureOf(pool(retriesEverything()))).isInstanceOf(PoolExhaustedException.class);
        assertThatCallEnded(CallEnded.Outcome.EXHAUSTED, 1);
    }

    @Test
    void templateKeepsItsOwnDelays() {
        simulator.fault(Fault.when().first(2).respond(503));
        List<Long> delays = new ArrayList<>();
        FixedBackOffPolicy backOff = new FixedBackOffPolicy();
        backOff.setBackOffPeriod(1234);
        backOff.setSleeper(delays::add);
        GeminiPool pool = pool(
                RetryTemplate.builder().maxAttempts(5).customBackoff(backOff).build());
        assertThat(pool.generateContent("Hi").text()).contains("Hi");
        assertThat(delays).containsExactly(1234L, 1234L);
        assertThatCallEnded(CallEnded.Outcome.SUCCESS, 3);
    }

    @Test
    void interruptionOfTheTemplatesOwnDelayIsNotForgotten() {
        simulator.fault(Fault.when().respond(503));
        // One that does not set the flag again; Spring Retry's own do.
        BackOffPolicy backOff = new StatelessBackOffPolicy() {
            @Override
            protected void doBackOff() {
                throw new BackOffInterruptedException(
                        "interrupted", new InterruptedException("somebody wants this thread to end"));
            }
        };
        GeminiPool pool = pool(
                RetryTemplate.builder().maxAttempts(5).customBackoff(backOff).build());
        Throwable e = failureOf(pool);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(e).isInstanceOf(GenAiIOException.class);
        assertThat(e.getCause())
                .isInstanceOf(InterruptedIOException.class)
                .hasCauseInstanceOf(BackOffInterruptedException.class);
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void templateMayDoWithoutRecovery() {
        simulator.fault(Fault.when().respond(503));
        RetryTemplate limited =
                RetryTemplate.builder().maxAttempts(2).noBackoff().build();
        GeminiPool pool = pool(new OwnTemplate() {
            @Override
            <T extends @Nullable Object, E extends Throwable> T run(RetryCallback<T, E> callback) throws E {
                return limited.execute(callback);
            }
        });
        assertThat(failureOf(pool)).isInstanceOf(ServerException.class);
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 2);
    }

    @Test
    void templateThatLosesTheAnswerIsFoundOut() {
        GeminiPool pool = pool(new OwnTemplate() {
            @Override
            @SuppressWarnings("NullAway") // As a template may that knows nothing of null markings.
            <T extends @Nullable Object, E extends Throwable> T run(RetryCallback<T, E> callback) throws E {
                callback.doWithRetry(new RetryContextSupport(null));
                return null;
            }
        });
        assertThat(failureOf(pool)).hasRootCauseMessage("The retry template returned no answer");
        assertThat(pool.stats().active()).isZero();
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    /** A template of other make than Spring Retry's, which never recovers. */
    private abstract static class OwnTemplate implements RetryOperations {

        abstract <T extends @Nullable Object, E extends Throwable> T run(RetryCallback<T, E> callback) throws E;

        @Override
        public <T, E extends Throwable> T execute(RetryCallback<T, E> callback) throws E {
            return run(callback);
        }

        @Override
        public <T, E extends Throwable> T execute(RetryCallback<T, E> callback, RecoveryCallback<T> recovery) throws E {
            return run(callback);
        }

        @Override
        public <T, E extends Throwable> T execute(RetryCallback<T, E> callback, RetryState state) throws E {
            return run(callback);
        }

        @Override
        public <T, E extends Throwable> T execute(
                RetryCallback<T, E> callback, RecoveryCallback<T> recovery, RetryState state) throws E {
            return run(callback);
        }
    }

    @Test
    void listenersLearnWhatFailedAndHowLongThePoolWaits() {
        simulator.fault(Fault.when().first(1).respond(503));
        List<String> told = new ArrayList<>();
        GeminiPool pool = pool(new RetryListener() {
            @Override
            public <T, E extends Throwable> boolean open(RetryContext context, RetryCallback<T, E> callback) {
                told.add("open " + callback.getLabel());
                return true;
            }

            @Override
            public <T, E extends Throwable> void onError(
                    RetryContext context, RetryCallback<T, E> callback, Throwable throwable) {
                RetryableFailureException e = (RetryableFailureException) throwable;
                assertThat(e.failure().kind()).isEqualTo(FailureKind.OVERLOADED);
                assertThat(e.getStackTrace()).isEmpty();
                told.add("error, again after " + e.delay());
            }

            @Override
            public <T, E extends Throwable> void onSuccess(
                    RetryContext context, RetryCallback<T, E> callback, T result) {
                told.add("success " + ((Response) result).code() + " after " + context.getRetryCount());
            }

            @Override
            public <T, E extends Throwable> void close(
                    RetryContext context, RetryCallback<T, E> callback, @Nullable Throwable throwable) {
                told.add("close");
            }
        });
        pool.generateContent("Hi");
        assertThat(told)
                .containsExactly("open gemini-flash-latest", "error, again after PT0S", "success 200 after 1", "close");
    }

    @Test
    void listenerMayForbidACall() {
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
        Eventually.await("its instance is back", () -> pool.stats().active() == 0);
        assertThat(simulator.requestCount()).isZero();
    }

    /** Turns down what it is given, so often. */
    private static RetryListener refusing(int answers, RuntimeException why) {
        return new RetryListener() {
            private int left = answers;

            @Override
            public <T, E extends Throwable> void onSuccess(
                    RetryContext context, RetryCallback<T, E> callback, T result) {
                if (left-- > 0) {
                    throw why;
                }
            }
        };
    }

    @Test
    void listenerMayRefuseTheAnswer() {
        GeminiPool pool = pool(refusing(1, new IllegalStateException("not good enough")));
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
    void listenerMayRefuseAStream() {
        GeminiPool pool = pool(refusing(1, new IllegalStateException("not good enough")));
        assertThat(catchThrowable(
                        () -> pool.generateContentStream("Hi ".repeat(100)).close()))
                .isInstanceOf(GenAiIOException.class);
        assertThat(pool.stats().active()).isZero();
    }

    @Test
    void listenerMayRefuseTheAnswerForAnother() {
        GeminiPool pool = pool(retriesEverything(refusing(2, new IllegalStateException("not good enough"))));
        assertThat(pool.generateContent("Hi").text()).contains("Hi");
        assertThat(pool.stats().active()).isZero();
        assertThatCallEnded(CallEnded.Outcome.SUCCESS, 3);
    }

    @Test
    void listenerThatRefusesAFailureDoesNotHideIt() {
        simulator.fault(Fault.when().reset());
        IllegalStateException refusal = new IllegalStateException("not good enough");
        Throwable e = failureOf(pool(refusing(1, refusal)));
        assertThat(e.getCause())
                .isInstanceOf(IOException.class)
                .hasSuppressedException(refusal)
                .message()
                .doesNotContain("good enough");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 3);
    }

    @Test
    void exceptionsOfListenersReachTheCallerAsIoExceptions() {
        simulator.fault(Fault.when().first(1).respond(503));
        GeminiPool pool = pool(new RetryListener() {
            @Override
            public <T, E extends Throwable> void onError(
                    RetryContext context, RetryCallback<T, E> callback, Throwable throwable) {
                throw new AssertionError("a listener's own fault");
            }
        });
        Throwable e = failureOf(pool);
        assertThat(e).isInstanceOf(GenAiIOException.class);
        assertThat(e.getCause()).isInstanceOf(IOException.class).hasMessageContaining("a listener's own fault");
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void listenerThatFailsAtTheEndLeavesNothingBehind(boolean inTemplate) {
        RetryListener failing = new RetryListener() {
            @Override
            public <T, E extends Throwable> void close(
                    RetryContext context, RetryCallback<T, E> callback, @Nullable Throwable throwable) {
                throw new IllegalStateException("a listener's own fault");
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
    void templatesMayBeNested() {
        simulator.fault(Fault.when().first(4).respond(503));
        List<@Nullable RetryContext> parents = new ArrayList<>();
        List<RetryContext> outers = new ArrayList<>();
        GeminiPool pool = pool(new RetryListener() {
            @Override
            public <T, E extends Throwable> boolean open(RetryContext context, RetryCallback<T, E> callback) {
                parents.add(context.getParent());
                return true;
            }
        });
        RetryTemplate ofTheApplication =
                RetryTemplate.builder().maxAttempts(2).noBackoff().build();
        String text = ofTheApplication.execute(outer -> {
            outers.add(outer);
            String answer = pool.generateContent("Hi").text();
            assertThat(RetrySynchronizationManager.getContext()).isSameAs(outer);
            return answer;
        });
        assertThat(text).contains("Hi");
        // Three attempts failed, which the application's template repeated, and then one.
        assertThat(simulator.requestCount()).isEqualTo(5);
        assertThat(parents).hasSize(2).containsExactlyElementsOf(outers);
        assertThat(RetrySynchronizationManager.getContext()).isNull();
    }

    @Test
    void asynchronousCallsAreTold() throws Exception {
        simulator.fault(Fault.when().first(1).respond(503));
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        GeminiPool pool = pool(new RetryListener() {
            @Override
            public <T, E extends Throwable> void onError(
                    RetryContext context, RetryCallback<T, E> callback, Throwable throwable) {
                told.complete(throwable);
            }
        });
        assertThat(pool.generateContentAsync("Hi").get(10, TimeUnit.SECONDS).text())
                .contains("Hi");
        assertThat(told).isCompletedWithValueMatching(RetryableFailureException.class::isInstance);
    }
}
