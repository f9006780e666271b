package io.github.geminipool.wire.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What callers do when their messages were given up may block. */
@Tag("wire")
@Timeout(60)
class ChatCallbackWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final int CALLBACKS = 10;

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private GeminiPool pool;
    private PooledChat chat;

    @BeforeEach
    void start() {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY));
        pool = invariants.pool(simulator, b -> b.key(KEY).virtualThreads(false));
        chat = pool.createChat("m");
    }

    /** Each callback waits for all others, and therefore for a thread of its own. */
    private List<CompletableFuture<Boolean>> waiting(GenerationRequest message) {
        CountDownLatch all = new CountDownLatch(CALLBACKS);
        List<CompletableFuture<Boolean>> callbacks = new ArrayList<>();
        for (int i = 0; i < CALLBACKS; i++) {
            callbacks.add(chat.sendAsync(message).handle((response, e) -> {
                invariants.saw(e);
                all.countDown();
                return await(all);
            }));
        }
        return callbacks;
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void oneThatBlocksHoldsUpNoOtherWhenMessagesWaitTooLong() {
        try (GenerationStream stream = chat.sendStream("first")) {
            assertThat(stream.iterator().hasNext()).isTrue();
            assertThat(waiting(GenerationRequest.of("Hi").acquireTimeout(Duration.ofMillis(50))))
                    .allSatisfy(callback -> assertThat(callback.join()).isTrue());
        }
    }
}
