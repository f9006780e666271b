package io.github.geminipool.wire.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.SocketServer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each thread of a pool is interrupted again and again: calls may fail then, but end, and what the threads are for goes on. */
@Tag("alone")
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class InterruptsWireTest {

    private static final int TIMES = 30;
    private static final String ANSWER =
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"fine\"}]},\"finishReason\":\"STOP\"}]}";
    private static final String PART = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"x\"}]}}]}\r\n\r\n";

    private final SocketServer server = new SocketServer(InterruptsWireTest::answer);
    private final GeminiPool pool = GeminiPool.builder()
            .key(PoolInvariants.secretOf("one"))
            .virtualThreads(false)
            .settings(GeminiPoolSettings.DEFAULTS.withSize(2).withBaseUrl(server.url()))
            .build();

    /** How often threads of each name were interrupted. */
    private final Map<String, Integer> interrupts = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        pool.close(Duration.ZERO);
        server.close();
    }

    private static boolean answer(String request, Socket client) throws IOException {
        if (request.contains("models/stalls")) {
            return client.getInputStream().read() >= 0;
        }
        if (request.contains("alt=sse")) {
            SocketServer.write(client, SocketServer.head("text/event-stream", "Transfer-Encoding: chunked"));
            SocketServer.write(client, SocketServer.chunk(PART));
            return client.getInputStream().read() >= 0;
        }
        SocketServer.write(client, "application/json", ANSWER);
        return true;
    }

    private void interruptAll() {
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("gemini-pool-"))
                .forEach(thread -> {
                    thread.interrupt();
                    interrupts.merge(thread.getName().replaceAll("-\\d+$", ""), 1, Integer::sum);
                });
    }

    private int interrupted(String name) {
        return interrupts.getOrDefault("gemini-pool-" + name, 0);
    }

    private void awaitEnd(CompletableFuture<?> call) {
        boolean ended = Eventually.holds(
                () -> {
                    interruptAll();
                    return call.isDone();
                },
                Duration.ofSeconds(20));
        assertThat(ended).as("a call ends").isTrue();
    }

    /** Begins a stream that nobody keeps: the garbage collector finds it. */
    private void lose() {
        assertThat(pool.generateContentStream("Hi").iterator().hasNext()).isTrue();
    }

    private static GenerationRequest briefly(String model) {
        return GenerationRequest.of("Hi").model(model).deadline(Duration.ofMillis(20));
    }

    @Test
    void nothingIsLeftOfThem() throws Exception {
        lose();
        while (interrupted("timer") < TIMES || interrupted("abandoned") < TIMES || interrupted("call") < TIMES) {
            awaitEnd(pool.generateContentAsync(briefly("stalls")));
            awaitEnd(pool.generateContentAsync("Hi"));
        }
        Eventually.await("what was lost is found", () -> {
            System.gc();
            return pool.stats().active() == 0;
        });
        try (GenerationStream held = pool.generateContentStream("Hi");
                GenerationStream second = pool.generateContentStream("Hi")) {
            assertThat(held.iterator().hasNext() && second.iterator().hasNext()).isTrue();
            while (interrupted("refusal") < TIMES) {
                // There is no instance left, so it is refused.
                awaitEnd(pool.generateContentAsync(briefly(GeminiPoolSettings.DEFAULTS.defaultModel())));
            }
        }
        lose();
        Eventually.await("what was lost is found, and nothing is left", () -> {
            System.gc();
            return pool.stats().active() == 0 && PoolProbe.activeCalls(pool) == 0;
        });
        // The timer, and the workers.
        assertThat(catchThrowable(() -> pool.generateContent(GenerationRequest.of("Hi")
                        .model("stalls")
                        .maxAttempts(1)
                        .deadline(Duration.ofMillis(100)))))
                .hasStackTraceContaining("deadline");
        assertThat(pool.generateContentAsync("Hi").get(10, TimeUnit.SECONDS).text())
                .isEqualTo("fine");
        assertThat(pool.stats().waiting()).isZero();
    }
}
