package io.github.geminipool.wire.chat;

import com.google.genai.types.Content;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A simulator with three keys and pools on it, for tests of chats. */
abstract class ChatWireFixture {

    static final String KEY = PoolInvariants.secretOf("one");
    static final String OTHER = PoolInvariants.secretOf("two");
    static final String THIRD = PoolInvariants.secretOf("three");
    static final String QUOTA = "429-free-tpm.json";

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    GeminiSimulator simulator;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY).key(OTHER).key(THIRD));
    }

    GeminiPool pool(Consumer<GeminiPoolBuilder> customizer) {
        return invariants.pool(simulator, b -> {
            b.settings(b.settings()
                    .withAcquireTimeout(Duration.ofSeconds(10))
                    .withRetry(new RetrySettings(3, Duration.ZERO, 1, Duration.ZERO, 0, 1)));
            customizer.accept(b);
        });
    }

    GeminiPool twoKeys() {
        return pool(b -> b.key(KEY).key(OTHER));
    }

    /** Builds a pool that prefers the second key. */
    GeminiPool secondKeyFirst() {
        return pool(
                b -> b.key(KEY).key(OTHER).selectionStrategy(c -> c.keyName().equals("Key #2") ? 1 : 0));
    }

    List<String> keysUsed() {
        return simulator.requests().stream().map(RequestRecord::key).toList();
    }

    long lastTokens() {
        List<RequestRecord> requests = simulator.requests();
        return requests.get(requests.size() - 1).inputTokens();
    }

    static List<String> texts(List<Content> contents, String role) {
        return contents.stream()
                .filter(content -> content.role().orElse("").equals(role))
                .map(content -> String.valueOf(content.text()))
                .toList();
    }
}
