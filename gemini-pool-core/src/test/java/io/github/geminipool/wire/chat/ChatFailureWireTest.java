package io.github.geminipool.wire.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.errors.ApiException;
import com.google.genai.types.Content;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.Framing;
import io.github.geminipool.testing.Eventually;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A chat message that fails leaves the history and the server of the chat as they were. */
@Tag("wire")
@Timeout(60)
class ChatFailureWireTest extends ChatWireFixture {

    /** A message for the key that does not serve the chat. */
    private static final GenerationRequest FAILING =
            GenerationRequest.of("failing").notKeys("Key #2").maxAttempts(2);

    private void assertLeavesEverything(Consumer<PooledChat> failing) {
        GeminiPool pool = secondKeyFirst();
        PooledChat chat = pool.createChat("m");
        chat.send("first");
        List<Content> history = chat.history();
        int instance = chat.instanceIndex();
        assertThat(chat.keyName()).isEqualTo("Key #2");
        assertThat(instance).isNotNegative();

        failing.accept(chat);

        assertThat(chat.history()).isEqualTo(history);
        assertThat(chat.comprehensiveHistory()).isEqualTo(history);
        assertThat(chat.keyName()).isEqualTo("Key #2");
        assertThat(chat.instanceIndex()).isEqualTo(instance);
        simulator.clearFaults();
        pool.reset();
        assertThat(chat.send("Go on").text()).contains("Before that, you wrote: \"first\".");
        assertThat(chat.history()).hasSize(4);
    }

    private void fails(ThrowingCallable message, Class<? extends Throwable> exception) {
        assertThat(invariants.saw(catchThrowable(message))).isInstanceOf(exception);
    }

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void aRefusedMessageLeavesEverythingAsItWas(ChatForm form) {
        assertLeavesEverything(chat -> {
            simulator.fault(Fault.when().key(KEY).wire("400-thought-signature-corrupted.json"));
            fails(() -> form.send(chat, FAILING), ApiException.class);
            assertThat(keysUsed()).containsExactly(OTHER, KEY);
        });
    }

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void aMessageThatFailsInAllAttemptsLeavesEverythingAsItWas(ChatForm form) {
        assertLeavesEverything(chat -> {
            simulator.fault(Fault.when().key(KEY).respond(503));
            fails(() -> form.send(chat, FAILING), ApiException.class);
            assertThat(keysUsed()).containsExactly(OTHER, KEY, KEY);
        });
    }

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void aMessageWithoutAKeyLeavesEverythingAsItWas(ChatForm form) {
        assertLeavesEverything(chat -> {
            simulator.fault(Fault.when().key(KEY).wire(QUOTA));
            fails(() -> form.send(chat, FAILING), PoolExhaustedException.class);
            assertThat(keysUsed()).containsExactly(OTHER, KEY);
        });
    }

    @Test
    void aCancelledMessageLeavesEverythingAsItWas() {
        assertLeavesEverything(chat -> {
            simulator.fault(Fault.when().key(KEY).hang());
            CompletableFuture<?> answer = chat.sendAsync(FAILING);
            Eventually.await("it is in flight", () -> simulator.inFlight() == 1);
            assertThat(answer.cancel(true)).isTrue();
            assertThat(answer).isCancelled();
            Eventually.await("it has left", () -> simulator.inFlight() == 0);
        });
    }

    @ParameterizedTest
    @EnumSource(Framing.class)
    void aStreamThatBreaksLeavesEverythingAsItWas(Framing framing) {
        assertLeavesEverything(chat -> {
            simulator.fault(Fault.when().key(KEY).errorInStream(3, framing, "503-high-demand.json"));
            fails(() -> ChatForm.STREAM.send(chat, FAILING), ApiException.class);
        });
    }

    @Test
    void aStreamThatIsCutLeavesEverythingAsItWas() {
        assertLeavesEverything(chat -> {
            simulator.fault(Fault.when().key(KEY).cutStreamAfter(3));
            fails(() -> ChatForm.STREAM.send(chat, FAILING), RuntimeException.class);
        });
    }

    @Test
    void aStreamThatIsClosedEarlyLeavesEverythingAsItWas() {
        assertLeavesEverything(chat -> {
            try (GenerationStream stream = chat.sendStream(FAILING)) {
                assertThat(stream.keyName()).isEqualTo("Key #1");
                assertThat(stream.iterator().next().text()).isNotEmpty();
            }
        });
    }
}
