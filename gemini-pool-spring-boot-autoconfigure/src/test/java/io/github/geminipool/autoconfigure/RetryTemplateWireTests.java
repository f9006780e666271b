package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.errors.ClientException;
import com.google.genai.errors.GenAiIOException;
import com.google.genai.errors.ServerException;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.simulator.Fault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.retry.RecoveryCallback;
import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.retry.RetryOperations;
import org.springframework.retry.RetryState;
import org.springframework.retry.backoff.BackOffInterruptedException;
import org.springframework.retry.backoff.BackOffPolicy;
import org.springframework.retry.backoff.FixedBackOffPolicy;
import org.springframework.retry.backoff.StatelessBackOffPolicy;
import org.springframework.retry.context.RetryContextSupport;
import org.springframework.retry.support.RetrySynchronizationManager;
import org.springframework.retry.support.RetryTemplate;

/** Retry templates of an application over real HTTP: whatever they do, calls end properly and leave nothing behind. */
@Tag("sdk")
@Timeout(60)
class RetryTemplateWireTests extends RetryWireTestBase {

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
    void templateMayAllowFewerAttemptsAfterNetworkFailures() {
        simulator.fault(Fault.when().reset());
        GeminiPool pool =
                pool(RetryTemplate.builder().maxAttempts(2).noBackoff().build());
        Throwable e = failureOf(pool);
        assertThat(e).isInstanceOf(GenAiIOException.class);
        assertThat(e.getCause()).isInstanceOf(IOException.class).isNotInstanceOf(RetryableFailureException.class);
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 2);
    }

    @Test
    void templateCannotAllowMoreAttemptsThanThePool() {
        simulator.fault(Fault.when().respond(503));
        assertThat(failureOf(pool(retriesEverything()))).isInstanceOf(ServerException.class);
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 3);
    }

    @Test
    void templateThatRetriesEverythingDoesNotRetryAnInvalidRequest() {
        simulator.fault(Fault.when().wire("404-model-not-found.json"));
        assertThat(failureOf(pool(retriesEverything()))).isInstanceOf(ClientException.class);
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    @Test
    void templateThatRetriesEverythingDoesNotRetryTheLastNetworkFailure() {
        simulator.fault(Fault.when().reset());
        assertThat(failureOf(pool(retriesEverything()))).isInstanceOf(GenAiIOException.class);
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 3);
    }

    @Test
    void templateThatRetriesEverythingDoesNotRetryWhenThePoolIsExhausted() {
        simulator.fault(Fault.when().wire("429-free-tpm.json"));
        assertThat(failureOf(pool(retriesEverything()))).isInstanceOf(PoolExhaustedException.class);
        assertThatCallEnded(CallEnded.Outcome.EXHAUSTED, 1);
    }

    @Test
    void templateUsesItsOwnBackOff() {
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
    void interruptDuringTheTemplatesBackOffIsRestored() {
        simulator.fault(Fault.when().respond(503));
        // Unlike Spring Retry's policies, this one does not restore the interrupt flag.
        BackOffPolicy backOff = new StatelessBackOffPolicy() {
            @Override
            protected void doBackOff() {
                throw new BackOffInterruptedException("interrupted", new InterruptedException("the thread should end"));
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
    void templateMayIgnoreTheRecoveryCallback() {
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
    void templateThatLosesTheResponseIsReported() {
        GeminiPool pool = pool(new OwnTemplate() {
            @Override
            @SuppressWarnings("NullAway") // Like a template without null annotations.
            <T extends @Nullable Object, E extends Throwable> T run(RetryCallback<T, E> callback) throws E {
                callback.doWithRetry(new RetryContextSupport(null));
                return null;
            }
        });
        assertThat(failureOf(pool)).hasRootCauseMessage("The retry template returned no response");
        assertThat(pool.stats().active()).isZero();
        assertThatCallEnded(CallEnded.Outcome.FAILURE, 1);
    }

    /** A template that is not Spring Retry's and never calls the recovery callback. */
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
    void poolsTemplateRunsWithinATemplateOfTheApplication() {
        simulator.fault(Fault.when().first(3).respond(503));
        List<@Nullable RetryContext> parents = new ArrayList<>();
        List<RetryContext> outers = new ArrayList<>();
        GeminiPool pool = pool(new RetryListener() {
            @Override
            public <T, E extends Throwable> boolean open(RetryContext context, RetryCallback<T, E> callback) {
                parents.add(context.getParent());
                return true;
            }
        });
        RetryTemplate applicationTemplate =
                RetryTemplate.builder().maxAttempts(2).noBackoff().build();
        String text = applicationTemplate.execute(outer -> {
            outers.add(outer);
            String answer = pool.generateContent("Hi").text();
            assertThat(RetrySynchronizationManager.getContext()).isSameAs(outer);
            return answer;
        });
        assertThat(text).contains("Hi");
        // The first call fails after three attempts; the application's template retries it.
        assertThat(simulator.requestCount()).isEqualTo(4);
        assertThat(parents).hasSize(2).containsExactlyElementsOf(outers);
        assertThat(RetrySynchronizationManager.getContext()).isNull();
    }
}
