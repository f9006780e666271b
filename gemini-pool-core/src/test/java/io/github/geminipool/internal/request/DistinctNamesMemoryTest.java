package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.PooledChat;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.SmallHeapJvm;
import java.net.URI;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Memory does not grow with the number of distinct models, files and chats that callers name: they run in a JVM with a heap
 * of 32 MB, and the tables stay within their limits. The property {@code distinct.names} says how many names; the profile
 * {@code soak} uses a million.
 *
 * <p>Every thousandth name goes over the wire. For the others the test does what a call does as far as the tables that are
 * keyed by names: it reads the request line, asks the model's pool when a key is available, and records and looks up the
 * owner of the file.
 */
@Tag("alone")
@Tag("volume")
class DistinctNamesMemoryTest {

    private static final int NAMES = Integer.getInteger("distinct.names", 25_000);
    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");

    @Test
    @Timeout(600)
    void manyDistinctNamesFitIntoASmallHeap() throws Exception {
        try (GeminiSimulator simulator =
                GeminiSimulator.builder().key(KEY).key(OTHER).logLimit(1_000).start()) {
            String output = SmallHeapJvm.ofMebibytes(32).run(Caller.class, simulator.baseUrl(), String.valueOf(NAMES));
            assertThat(output).contains(NAMES + " names");
            assertThat(simulator.requestCount()).isGreaterThanOrEqualTo(2L * NAMES / Caller.OVER_THE_WIRE);
        }
    }

    /** The main class of the JVM with the small heap. */
    static final class Caller {

        static final int OVER_THE_WIRE = 1_000;

        /** A thousand models have a pool of their own; the others share one. */
        private static final int MODEL_POOLS = 1_001;

        private Caller() {}

        /** Uses distinct models, files and chats; the first argument is the base URL, the second their number. */
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
                requireWithinLimits(pool.stats().models().size(), owners.size());
                long used = Runtime.getRuntime().totalMemory()
                        - Runtime.getRuntime().freeMemory();
                System.out.println(names + " names in " + (System.nanoTime() - began) / 1_000_000 + " ms: "
                        + pool.stats().models().size() + " model pools, " + owners.size() + " files remembered, "
                        + pool.stats().calls() + " calls, " + used / 1024 / 1024 + " MiB with garbage");
            }
        }

        private static void requireWithinLimits(int models, int owners) {
            if (models > MODEL_POOLS || owners > Affinities.MAX_RESOURCES) {
                throw new IllegalStateException(models + " model pools, " + owners + " owners");
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
                    throw new IllegalStateException("No response from " + model);
                }
            }
        }

        private static void file(Affinities owners, String file, String project) {
            owners.remember(file, project);
            if (!project.equals(owners.projectOf(file))) {
                throw new IllegalStateException("Forgotten immediately: " + file);
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
