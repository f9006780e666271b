package io.github.geminipool.wire.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.PooledChat;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.SocketServer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Calls that wait end in time though the pool's timer never wakes up. */
@Tag("alone")
@Tag("wire")
@Tag("okhttp")
@Timeout(30)
class DeadTimerWireTest {

    private static final Duration TIMEOUT = Duration.ofMillis(300);
    private static final Duration LATEST = Duration.ofSeconds(10);

    private final SocketServer server = new SocketServer(DeadTimerWireTest::stall);
    private final GeminiPool pool = GeminiPool.builder()
            .key(PoolInvariants.secretOf("one"))
            .timeSource(new DeadWatchdogTest.DeadTimer())
            .settings(GeminiPoolSettings.DEFAULTS.withSize(1).withBaseUrl(server.url()))
            .build();

    private static boolean stall(String request, Socket client) throws IOException {
        return client.getInputStream().read() >= 0;
    }

    @AfterEach
    void close() {
        server.close();
        pool.close(Duration.ZERO);
    }

    private static void assertRefusedInTime(ThrowingCallable call) {
        long start = System.nanoTime();
        assertThat(catchThrowable(call)).isInstanceOf(PoolExhaustedException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(TIMEOUT, LATEST);
    }

    private void occupy(Runnable call) {
        Thread first = new Thread(
                () -> {
                    try {
                        call.run();
                    } catch (RuntimeException e) {
                        // The server is closed at the end of the test.
                    }
                },
                "first");
        first.setDaemon(true);
        first.start();
        Eventually.await("the first call is sent", () -> server.requests() == 1);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT) // They mostly wait.
    void aCallThatWaitsForAnInstance() {
        occupy(() -> pool.generateContent("first"));

        assertRefusedInTime(
                () -> pool.generateContent(GenerationRequest.of("second").deadline(TIMEOUT)));
        assertRefusedInTime(
                () -> pool.generateContent(GenerationRequest.of("third").acquireTimeout(TIMEOUT)));
        assertThat(pool.stats().waiting()).isZero();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT) // They mostly wait.
    void aMessageThatWaitsForItsTurn() {
        PooledChat chat = pool.createChat("m");
        occupy(() -> chat.send("first"));

        assertRefusedInTime(() -> chat.send(GenerationRequest.of("second").deadline(TIMEOUT)));
    }

    private static Throwable failureOf(CompletableFuture<?> call) {
        return catchThrowable(() -> call.get(LATEST.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT) // They mostly wait.
    void anAsynchronousCallThatWaits() {
        occupy(() -> pool.generateContent("first"));

        assertThat(failureOf(
                        pool.generateContentAsync(GenerationRequest.of("second").deadline(TIMEOUT))))
                .hasCauseInstanceOf(PoolExhaustedException.class);
        assertThat(failureOf(
                        pool.generateContentAsync(GenerationRequest.of("third").acquireTimeout(TIMEOUT))))
                .hasCauseInstanceOf(PoolExhaustedException.class);
        assertThat(pool.stats().waiting()).isZero();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT) // They mostly wait.
    void anAsynchronousMessageThatWaitsForItsTurn() {
        PooledChat chat = pool.createChat("m");
        occupy(() -> chat.send("first"));

        assertThat(failureOf(chat.sendAsync(GenerationRequest.of("second").deadline(TIMEOUT))))
                .hasCauseInstanceOf(PoolExhaustedException.class);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT) // They mostly wait.
    void aCallThatIsUnderWay() {
        long start = System.nanoTime();
        assertThat(catchThrowable(
                        () -> pool.generateContent(GenerationRequest.of("only").deadline(TIMEOUT))))
                .hasStackTraceContaining("deadline");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(TIMEOUT, LATEST);
        assertThat(pool.stats().active()).isZero();
    }
}
