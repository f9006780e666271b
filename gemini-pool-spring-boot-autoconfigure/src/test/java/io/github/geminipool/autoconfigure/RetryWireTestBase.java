package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.retry.RetryListener;
import org.springframework.retry.RetryOperations;
import org.springframework.retry.support.RetryTemplate;

/** One key, a pool that runs its attempts on Spring Retry, and the calls that have ended. */
abstract class RetryWireTestBase {

    private static final String KEY = PoolInvariants.secretOf("one");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final List<CallEnded> ended = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init")
    GeminiSimulator simulator;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY));
    }

    GeminiPool pool(SpringRetryAttemptRunner runner) {
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

    GeminiPool pool(RetryOperations template) {
        return pool(new SpringRetryAttemptRunner(template));
    }

    GeminiPool pool(RetryListener listener) {
        return pool(new SpringRetryAttemptRunner(List.of(listener)));
    }

    Throwable failureOf(GeminiPool pool) {
        Throwable e = catchThrowable(() -> pool.generateContent("Hi"));
        assertThat(e).isNotNull();
        return invariants.saw(e);
    }

    void assertThatCallEnded(CallEnded.Outcome outcome, int attempts) {
        assertThat(ended).singleElement().satisfies(call -> {
            assertThat(call.outcome()).isEqualTo(outcome);
            assertThat(call.attempts()).isEqualTo(attempts);
        });
        assertThat(simulator.requestCount()).isEqualTo(attempts);
    }

    static RetryTemplate retriesEverything(RetryListener... listeners) {
        return RetryTemplate.builder()
                .infiniteRetry()
                .noBackoff()
                .withListeners(List.of(listeners))
                .build();
    }
}
