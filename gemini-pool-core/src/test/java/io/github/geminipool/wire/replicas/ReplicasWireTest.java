package io.github.geminipool.wire.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.Content;
import com.google.genai.types.File;
import com.google.genai.types.Part;
import com.google.genai.types.UploadFileConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.MemoryStore;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two replicas of an application, each with its own way to Google: what one finds out, the other knows. */
@Tag("wire")
@Tag("sdk")
@Timeout(60)
class ReplicasWireTest {

    private static final String FIRST = PoolInvariants.secretOf("first");
    private static final String SECOND = PoolInvariants.secretOf("second");
    private static final String THIRD = PoolInvariants.secretOf("third");
    private static final List<String> ALL = List.of(FIRST, SECOND, THIRD);

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();
    private final ExecutorService messages = Executors.newSingleThreadExecutor();
    private final MemoryStore store = new MemoryStore(time, messages::execute);

    @AfterEach
    void end() {
        messages.shutdown();
    }

    private GeminiSimulator google() {
        return invariants.simulator(b -> ALL.forEach(b::key));
    }

    /** Builds a replica that has the keys in the given order, and so names them differently. */
    private GeminiPool replica(String name, GeminiSimulator google, String... keys) {
        return invariants.pool(google, b -> {
            List.of(keys).forEach(key -> b.key(ApiKey.of(key)));
            b.settings(b.settings().withSelection(Selection.ROUND_ROBIN));
            b.timeSource(time).sharedStore(store.connect(name));
        });
    }

    private static void call(GeminiPool pool, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(pool.generateContent("Hi").text()).contains("Hi");
        }
    }

    private static boolean isUsable(GeminiPool pool, String key) {
        return pool.keyStats().keys().stream()
                .filter(usage -> usage.key().equals(key))
                .allMatch(KeyUsage::usable);
    }

    private static List<RequestRecord> callsWith(GeminiSimulator google, String key) {
        return google.requests().stream()
                .filter(request -> key.equals(request.key()) && request.method().equals("POST"))
                .toList();
    }

    @Test
    void aKeyThatIsRevokedAtOneIsCalledByNoOther() {
        GeminiSimulator googleOfOne = google();
        GeminiSimulator googleOfTwo = google();
        GeminiPool one = replica("one", googleOfOne, FIRST, SECOND, THIRD);
        GeminiPool two = replica("two", googleOfTwo, THIRD, SECOND, FIRST);
        call(two, 3);
        googleOfOne.keyState(FIRST, KeyState.EXPIRED);
        googleOfTwo.keyState(FIRST, KeyState.EXPIRED);

        call(one, 3);
        Eventually.await("the other replica knows", () -> !isUsable(two, "Key #3"));
        time.advance(Duration.ofSeconds(1));
        call(two, 6);

        // The one call of before; what else was asked with the key was a free probe.
        assertThat(callsWith(googleOfTwo, FIRST)).hasSize(1);
    }

    @Test
    void whoseAddressIsRejectedShutsOutNobody() {
        GeminiSimulator googleOfOne = google();
        GeminiSimulator googleOfTwo = google();
        GeminiPool one = replica("one", googleOfOne, FIRST, SECOND, THIRD);
        GeminiPool two = replica("two", googleOfTwo, FIRST, SECOND, THIRD);
        googleOfOne.keyState(FIRST, KeyState.EXPIRED);

        call(one, 3);
        Eventually.await(
                "a second opinion was given",
                () -> googleOfTwo.requestsByKey().getOrDefault(FIRST, 0L) > 0
                        && store.facts(FactKind.EXCLUSION).isEmpty());
        time.advance(Duration.ofSeconds(1));
        call(two, 6);

        assertThat(callsWith(googleOfTwo, FIRST)).hasSize(2);
        assertThat(isUsable(one, "Key #1")).isFalse();
    }

    @Test
    void anOperatorsActionHoldsForAll() {
        GeminiPool one = replica("one", google(), FIRST, SECOND);
        GeminiSimulator googleOfTwo = google();
        GeminiPool two = replica("two", googleOfTwo, SECOND, FIRST);

        one.keys().disable("Key #1");
        Eventually.await("the other replica knows", () -> !isUsable(two, "Key #2"));
        call(two, 4);
        assertThat(callsWith(googleOfTwo, FIRST)).isEmpty();

        two.keys().enable("Key #2");
        Eventually.await("the first replica knows", () -> isUsable(one, "Key #1"));
    }

    @Test
    void aFileIsFoundByAnotherReplicaAtTheFirstTry() {
        String firstOfOne = PoolInvariants.secretOf("first-one");
        String secondOfOne = PoolInvariants.secretOf("second-one");
        String firstOfTwo = PoolInvariants.secretOf("first-two");
        String secondOfTwo = PoolInvariants.secretOf("second-two");
        GeminiSimulator google = invariants.simulator(b -> b.key(firstOfOne, key -> key.project("first"))
                .key(firstOfTwo, key -> key.project("first"))
                .key(secondOfOne, key -> key.project("second"))
                .key(secondOfTwo, key -> key.project("second")));
        GeminiPool one = inProjects("one", google, firstOfOne, secondOfOne);
        List<File> files = List.of(upload(one), upload(one), upload(one));
        one.close();

        // It starts when the other one is gone.
        GeminiPool two = inProjects("two", google, firstOfTwo, secondOfTwo);
        messagesArrive();
        int before = google.requests().size();
        for (File file : files) {
            two.client().models.generateContent("m", about(file), null);
        }

        assertThat(google.requests().subList(before, google.requests().size()))
                .hasSize(3)
                .allMatch(request -> request.status() == 200);
    }

    private GeminiPool inProjects(String name, GeminiSimulator google, String first, String second) {
        return invariants.pool(google, b -> {
            b.key(ApiKey.of(first).named("a").inProject("first"));
            b.key(ApiKey.of(second).named("b").inProject("second"));
            b.settings(b.settings().withSelection(Selection.ROUND_ROBIN));
            b.timeSource(time).sharedStore(store.connect(name));
        });
    }

    private void messagesArrive() {
        try {
            messages.submit(() -> {}).get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static File upload(GeminiPool pool) {
        return pool.client()
                .files
                .upload(
                        new byte[10],
                        UploadFileConfig.builder().mimeType("text/plain").build());
    }

    private static Content about(File file) {
        return Content.fromParts(
                Part.fromUri(file.uri().orElseThrow(), "text/plain"), Part.fromText("What does it say?"));
    }
}
