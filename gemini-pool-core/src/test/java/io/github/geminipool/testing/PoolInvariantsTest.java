package io.github.geminipool.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Plants each kind of breach once and checks that the invariants detect it. */
@Tag("alone")
@Timeout(60)
@SuppressWarnings("NullAway") // The extension is driven by hand, without a context.
class PoolInvariantsTest {

    private static final String KEY = PoolInvariants.secretOf("planted");
    private static final ExtensionContext NONE = null;

    private final PoolInvariants invariants = new PoolInvariants();
    private GeminiSimulator simulator;
    private GeminiPool pool;

    @BeforeEach
    void begin() {
        invariants.beforeEach(NONE);
        invariants.patience(Duration.ofMillis(300));
        simulator = invariants.simulator(b -> b.key(KEY));
        pool = invariants.pool(simulator, b -> b.key(KEY).settings(b.settings().withSize(1)));
    }

    @AfterEach
    void leaveNothing() {
        pool.close(Duration.ZERO);
        simulator.close();
    }

    @Test
    void nothingIsWrongWithAProperTest() {
        pool.generateContent("Hi");
        assertThat(invariants.finish()).isEmpty();
    }

    @Test
    void aLeaseThatIsLeft() {
        GenerationStream stream = pool.generateContentStream("Hi");
        assertThat(invariants.finish())
                .anyMatch(breach -> breach.contains("leases or waiting requests are left: 1 active"));
        stream.close();
    }

    @Test
    void aWaiterThatIsLeft() {
        GenerationStream stream = pool.generateContentStream("Hi");
        var waiting = pool.generateContentAsync("Ho");
        assertThat(waiting).isNotDone();
        assertThat(invariants.finish()).anyMatch(breach -> breach.contains("1 waiting"));
        stream.close();
    }

    @Test
    void aThreadThatIsLeft() {
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = new Thread(() -> awaitQuietly(end), "gemini-pool-planted");
        thread.start();
        assertThat(invariants.finish()).anyMatch(breach -> breach.contains("[gemini-pool-planted]"));
        end.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aConnectionThatIsLeft() throws IOException {
        OkHttpClient other = new OkHttpClient();
        Request request = new Request.Builder()
                .url(simulator.baseUrl() + "/v1beta/models")
                .build();
        try (Response response = other.newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(403);
        }
        assertThat(invariants.finish()).anyMatch(breach -> breach.contains("connections to the simulator are left: 1"));
        other.connectionPool().evictAll();
        other.dispatcher().executorService().shutdown();
    }

    @Test
    void anUncaughtException() throws InterruptedException {
        Thread thread = new Thread(
                () -> {
                    throw new IllegalStateException("planted");
                },
                "some-thread");
        thread.start();
        thread.join();
        assertThat(invariants.finish()).anyMatch(breach -> breach.contains("uncaught on some-thread"));
    }

    @Test
    void aListenerThatIsToldUnderALock() {
        AtomicReference<PoolListener> listener = new AtomicReference<>();
        GeminiPool second = invariants.pool(
                simulator,
                b -> b.key(KEY).selectionStrategy(candidate -> {
                    listener.get().attemptStarted(new AttemptStarted("m", "Key #1", "p", 0));
                    return 1;
                }));
        listener.set(invariants.listenerOf(second));
        second.generateContent("Hi");
        assertThat(invariants.finish()).anyMatch(breach -> breach.contains("under a lock: AttemptStarted"));
    }

    @Test
    void aRestorationWithoutAnExclusion() {
        Scope scope = new Scope.Key("Key #1");
        PoolListener listener = invariants.listenerOf(pool);
        listener.scopeExcluded(new ScopeExcluded(
                scope, null, new Failure(FailureKind.KEY_REJECTED, scope, null, true, 400, "planted")));
        listener.scopeRestored(new ScopeRestored(scope));
        listener.scopeRestored(new ScopeRestored(scope));
        assertThat(invariants.finish())
                .anyMatch(breach -> breach.contains("was restored 2 times, but excluded 1 times"));
    }

    @Test
    void countsThatDiffer() throws IOException {
        pool.generateContent("Hi");
        OkHttpClient other = new OkHttpClient();
        Request request = new Request.Builder()
                .url(simulator.baseUrl() + "/v1beta/models")
                .header("x-goog-api-key", KEY)
                .build();
        other.newCall(request).execute().close();
        other.connectionPool().evictAll();
        other.dispatcher().executorService().shutdown();
        assertThat(invariants.finish())
                .anyMatch(breach -> breach.contains("the pool counted {Key #1=1}, the simulator saw {Key #1=2}"));
    }

    @Test
    void aLeaseThatEndsTwiceOrNever() {
        PoolListener listener = invariants.listenerOf(pool);
        listener.attemptStarted(new AttemptStarted("m", "Key #1", "p", 0));
        assertThat(invariants.finish()).anyMatch(breach -> breach.contains("attempts started: 1, ended: 0"));
    }

    @Test
    void aSecretInALogLine() {
        LoggerFactory.getLogger("some.logger").trace("using {}", KEY);
        assertThat(invariants.finish()).anyMatch(breach -> breach.contains("a log line shows secret no. 1"));
    }

    @Test
    void aSecretInALogLineOfTheJdk() {
        java.util.logging.Logger.getLogger("some.logger").fine("using " + KEY);
        assertThat(invariants.finish()).anyMatch(breach -> breach.contains("a log line shows secret no. 1"));
    }

    @Test
    void theTailOfASecretInTheCauseOfALoggedException() {
        Exception e = new IllegalStateException("outer", new IOException("…" + KEY.substring(KEY.length() - 12)));
        LoggerFactory.getLogger("some.logger").debug("failed", e);
        assertThat(invariants.finish()).anyMatch(breach -> breach.contains("a log line shows secret no. 1"));
    }

    @Test
    void aSecretInAnException() {
        Exception e = new IllegalStateException("outer");
        e.addSuppressed(new IOException("key " + KEY));
        invariants.saw(e);
        assertThat(invariants.finish()).anyMatch(breach -> breach.contains("seen shows secret no. 1"));
    }

    @Test
    void aSecretInATextOrEvent() {
        invariants.saw(List.of("a", KEY));
        invariants.listenerOf(pool).attemptStarted(new AttemptStarted("m", KEY, "p", 0));
        assertThat(invariants.finish())
                .filteredOn(breach -> breach.contains("seen shows secret no. 1"))
                .hasSize(2);
    }

    @Test
    void aBreachDoesNotRepeatTheSecret() {
        LoggerFactory.getLogger("some.logger").info("using {}", KEY);
        assertThat(invariants.finish()).noneMatch(breach -> breach.contains(KEY));
    }

    @Test
    void theSimulatorsHangIsNoBreach() {
        simulator.fault(Fault.when().first(1).hang());
        var answer = pool.generateContentAsync("Hi");
        Eventually.await("it is in flight", () -> simulator.inFlight() == 1);
        answer.cancel(true);
        assertThat(invariants.finish()).isEmpty();
    }
}
