package io.github.geminipool.wire.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.testing.OtherJvm;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.SocketServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The SDK's futures complete on the common pool, which has one thread on a machine of two processors. Neither a response that
 * stalls nor a callback that blocks holds up other calls.
 */
@Tag("alone")
class CommonPoolTest {

    private static final int CALLS = 20;
    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String ANSWER =
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"fine\"}]},\"finishReason\":\"STOP\"}]}";

    @Test
    @Timeout(60)
    void oneThreadIsEnough() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch all = new CountDownLatch(CALLS + 1);
        try (SocketServer server = new SocketServer((request, client) -> answer(request, client, all, end))) {
            String output = OtherJvm.with("-Djava.util.concurrent.ForkJoinPool.common.parallelism=1")
                    .run(Caller.class, server.url().toString());
            assertThat(output.lines().filter(line -> line.startsWith("> ")))
                    .as(output)
                    .containsExactly(
                            "> 1 thread", "> served beside a stalled response", "> served beside blocking callbacks");
        } finally {
            end.countDown();
        }
    }

    private static boolean answer(String request, Socket client, CountDownLatch all, CountDownLatch end)
            throws IOException {
        if (request.contains("models/together")) {
            all.countDown();
            await(all);
        }
        if (!request.contains("models/stalls")) {
            SocketServer.write(client, "application/json", ANSWER);
            return true;
        }
        SocketServer.write(client, SocketServer.head("application/json", "Content-Length: " + ANSWER.length()));
        SocketServer.write(client, ANSWER.substring(0, 20));
        await(end);
        return false;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The main class of the JVM whose common pool has one thread. */
    static final class Caller {

        private Caller() {}

        public static void main(String[] args) throws Exception {
            GeminiPool pool = GeminiPool.builder()
                    .key(KEY)
                    .settings(GeminiPoolSettings.DEFAULTS.withSize(3 * CALLS).withBaseUrl(URI.create(args[0])))
                    .build();
            System.out.println("> " + ForkJoinPool.getCommonPoolParallelism() + " thread");
            Client client = pool.client();
            var stalled = client.async.models.generateContent("stalls", "Hi", null);
            awaitAll(CALLS, () -> client.async.models.generateContent("m", "Hi", null));
            System.out.println("> served beside " + (stalled.isDone() ? "nothing" : "a stalled response"));

            GenerationRequest together = GenerationRequest.of("Hi").model("together");
            CountDownLatch free = new CountDownLatch(1);
            CountDownLatch blocked = new CountDownLatch(CALLS);
            for (int i = 0; i < CALLS; i++) {
                var unused = pool.generateContentAsync(together).thenAccept(response -> {
                    blocked.countDown();
                    await(free);
                });
            }
            var last = pool.generateContentAsync(together);
            boolean all = blocked.await(10, TimeUnit.SECONDS);
            awaitAll(CALLS, () -> pool.generateContentAsync("Hi"));
            System.out.println("> served beside " + (all ? "blocking callbacks" : "too few callbacks"));
            last.get(10, TimeUnit.SECONDS);
            free.countDown();
            System.exit(0);
        }

        private static void awaitAll(int count, Supplier<CompletableFuture<?>> call) throws Exception {
            List<CompletableFuture<?>> calls = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                calls.add(call.get());
            }
            CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
        }
    }
}
