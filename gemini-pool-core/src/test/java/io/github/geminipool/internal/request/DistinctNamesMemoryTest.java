package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.PooledChat;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.spi.CallFacts;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever callers name, the pool needs no more memory for it: very many distinct models, files and chats, in a process of
 * its own with a heap of 64 MB. The property {@code distinct.names} says how many; the profile {@code soak} takes a million.
 *
 * <p>Every thousandth goes over the wire. The others take the way of a call as far as the tables that are keyed by names:
 * the request line is read, and the model's pool is asked when it has a key; the file is remembered and looked up.
 */
class DistinctNamesMemoryTest {

    private static final int NAMES = Integer.getInteger("distinct.names", 100_000);
    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");

    @Test
    @Timeout(600)
    void manyNamesFitIntoASmallHeap() throws Exception {
        try (GeminiSimulator simulator =
                GeminiSimulator.builder().key(KEY).key(OTHER).logLimit(1_000).start()) {
            Process caller = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-XX:+ExitOnOutOfMemoryError",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Caller.class.getName(),
                            simulator.baseUrl(),
                            String.valueOf(NAMES))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(caller.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(caller.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(caller.exitValue()).as(output).isZero();
            System.out.println(output);
            assertThat(output).contains(NAMES + " names");
            assertThat(simulator.requestCount()).isGreaterThanOrEqualTo(2L * NAMES / Caller.OVER_THE_WIRE);
        }
    }

    /** The process with the small heap. */
    static final class Caller {

        static final int OVER_THE_WIRE = 1_000;

        private Caller() {}

        /** Uses as many models, files and chats as the second argument says, against the URL of the first. */
        public static void main(String[] args) {
            int names = Integer.parseInt(args[1]);
            long began = System.nanoTime();
            Affinities owners = new Affinities();
            try (GeminiPool pool = GeminiPool.builder()
                    .key(KEY)
                    .key(OTHER)
                    .settings(GeminiPoolSettings.DEFAULTS.withBaseUrl(URI.create(args[0])))
                    .build()) {
                for (int i = 0; i < names; i++) {
                    boolean overTheWire = i % OVER_THE_WIRE == 0;
                    model(pool, args[0], "model-" + i, overTheWire);
                    file(owners, "files/file-" + i, "project-" + i % 7);
                    chat(pool, "model-of-chat-" + i, overTheWire);
                }
                long used = Runtime.getRuntime().totalMemory()
                        - Runtime.getRuntime().freeMemory();
                System.out.println(names + " names in " + (System.nanoTime() - began) / 1_000_000 + " ms: "
                        + pool.stats().models().size() + " model pools, " + owners.size() + " files remembered, "
                        + pool.stats().calls() + " calls, " + used / 1024 / 1024 + " MiB with garbage");
            }
        }

        private static void model(GeminiPool pool, String url, String model, boolean overTheWire) {
            CallFacts facts = CallFactsReader.read(new Request.Builder()
                    .url(url + "/v1beta/models/" + model + ":generateContent")
                    .post(RequestBody.create("{}", MediaType.get("application/json")))
                    .build());
            if (!facts.model().equals(model)
                    || !pool.nextAvailability(facts.model()).isZero()) {
                throw new IllegalStateException("Not available: " + facts);
            }
            if (overTheWire) {
                GenerateContentResponse answer = pool.client().models.generateContent(model, "Hi", null);
                if (answer.text() == null) {
                    throw new IllegalStateException("No answer of " + model);
                }
            }
        }

        private static void file(Affinities owners, String file, String project) {
            owners.remember(file, project);
            if (!project.equals(owners.projectOf(file))) {
                throw new IllegalStateException("Forgotten at once: " + file);
            }
        }

        private static void chat(GeminiPool pool, String model, boolean overTheWire) {
            PooledChat chat = pool.createChat(model);
            if (overTheWire) {
                chat.send("Hi");
            }
        }
    }
}
