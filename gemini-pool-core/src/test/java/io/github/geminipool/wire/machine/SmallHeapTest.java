package io.github.geminipool.wire.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.OtherJvm;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.SocketServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fifty callers get responses of 8 MB in a JVM with a heap of 128 MB. Whatever runs out of memory, every instance comes back,
 * every caller gets something, and the timer goes on.
 */
@Tag("alone")
@Tag("slow")
class SmallHeapTest {

    private static final int CALLERS = 50;
    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String MEBIBYTE = "x".repeat(1 << 20);
    private static final String BEFORE = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"";
    private static final String AFTER = "\"}]},\"finishReason\":\"STOP\"}]}";

    @ParameterizedTest
    @ValueSource(strings = {"sync", "async"})
    @Timeout(300)
    void nothingIsLostWithTheMemory(String form) throws Exception {
        try (SocketServer server = new SocketServer(SmallHeapTest::answer)) {
            String output = OtherJvm.with("-Xmx128m", "-XX:+UseSerialGC")
                    .run(Callers.class, server.url().toString(), form);
            assertThat(output.lines().filter(line -> line.startsWith("> ")))
                    .as(output)
                    .containsExactly("> idle", "> ended", "> in time", "> all served");
        }
    }

    private static boolean answer(String request, Socket client) throws IOException {
        if (request.contains("models/stalls")) {
            return client.getInputStream().read() >= 0;
        }
        int mebibytes = request.contains("models/large") ? 8 : 0;
        int length = BEFORE.length() + mebibytes * MEBIBYTE.length() + AFTER.length();
        SocketServer.write(client, SocketServer.head("application/json", "Content-Length: " + length));
        SocketServer.write(client, BEFORE);
        for (int i = 0; i < mebibytes; i++) {
            SocketServer.write(client, MEBIBYTE);
        }
        SocketServer.write(client, AFTER);
        return true;
    }

    /** The main class of the JVM with the small heap. */
    static final class Callers {

        private Callers() {}

        public static void main(String[] args) {
            try {
                call(args[0], args[1]);
                System.exit(0);
            } catch (Throwable e) {
                try {
                    e.printStackTrace();
                } finally {
                    // The threads of the callers would keep the process alive.
                    Runtime.getRuntime().halt(1);
                }
            }
        }

        private static void call(String url, String form) throws Exception {
            GeminiPool pool = GeminiPool.builder()
                    .key(KEY)
                    .settings(GeminiPoolSettings.DEFAULTS
                            .withSize(CALLERS)
                            .withRetry(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 0))
                            .withBaseUrl(URI.create(url)))
                    .build();
            // A class whose initialization fails for lack of memory stays unusable, whoever uses it.
            pool.generateContentAsync("Hi").get(30, TimeUnit.SECONDS);
            pool.generateContent("Hi");
            ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
            AtomicInteger failed = new AtomicInteger();
            List<Future<?>> calls = new ArrayList<>();
            CountDownLatch ready = new CountDownLatch(1);
            for (int i = 0; i < CALLERS; i++) {
                calls.add(callers.submit(() -> {
                    ready.await();
                    callLarge(pool, form.equals("async"), failed);
                    return null;
                }));
            }
            // From here on this thread allocates nothing until the memory is back.
            ready.countDown();
            int answered = 0;
            for (Future<?> call : calls) {
                call.get(200, TimeUnit.SECONDS);
                answered++;
            }
            System.out.println(answered + " callers are back, " + failed + " calls failed");
            System.gc();
            say("idle", Eventually.holds(() -> pool.stats().active() == 0, Duration.ofSeconds(60)), pool);
            say("ended", Eventually.holds(() -> PoolProbe.activeCalls(pool) == 0, Duration.ofSeconds(20)), pool);
            long start = System.nanoTime();
            pool.tryGenerateContent(GenerationRequest.of("Hi").model("stalls").deadline(Duration.ofMillis(200)));
            say("in time", System.nanoTime() - start < 5_000_000_000L, pool);
            List<CompletableFuture<?>> small = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                small.add(pool.generateContentAsync("Hi"));
            }
            CompletableFuture<Void> all = CompletableFuture.allOf(small.toArray(CompletableFuture[]::new));
            say("all served", Eventually.holds(all::isDone, Duration.ofSeconds(20)), pool);
            all.getNow(null);
        }

        private static void say(String what, boolean isSo, GeminiPool pool) {
            System.out.println(
                    isSo
                            ? "> " + what
                            : "> not " + what + ": " + pool.stats().active() + " instances are in use, "
                                    + PoolProbe.activeCalls(pool) + " calls have not ended, " + pool.keyStats());
        }

        private static void callLarge(GeminiPool pool, boolean async, AtomicInteger failed) {
            for (int i = 0; i < 2; i++) {
                try {
                    if (async) {
                        pool.generateContentAsync(GenerationRequest.of("Hi").model("large"))
                                .get(30, TimeUnit.SECONDS);
                    } else {
                        pool.generateContent(GenerationRequest.of("Hi").model("large"));
                    }
                } catch (Throwable e) {
                    failed.incrementAndGet();
                }
            }
        }
    }
}
