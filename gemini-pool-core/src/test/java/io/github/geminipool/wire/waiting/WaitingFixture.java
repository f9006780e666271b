package io.github.geminipool.wire.waiting;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pools of up to two keys in virtual time, for the tests that extend this. */
abstract class WaitingFixture {

    static final String KEY = PoolInvariants.secretOf("one");
    static final String OTHER = PoolInvariants.secretOf("two");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    final ManualTime time = new ManualTime();
    GeminiSimulator simulator;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY).key(OTHER));
    }

    GeminiPool pool(int size, Duration acquireTimeout, String... keys) {
        return invariants.pool(simulator, b -> {
            b.timeSource(time)
                    .settings(b.settings()
                            .withSize(size)
                            .withAcquireTimeout(acquireTimeout)
                            .withRetry(new RetrySettings(3, Duration.ofSeconds(2), 2, Duration.ofSeconds(10), 0, 1)));
            for (String key : keys) {
                b.key(key);
            }
        });
    }

    static CompletableFuture<String> asking(GeminiPool pool, Form form) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        answer.complete(form.ask(pool, "m", "Hi"));
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                },
                "asking");
        thread.start();
        return answer;
    }
}
