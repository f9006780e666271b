package io.github.geminipool.wire.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.testing.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The project that serves a chat: it stays, and the history moves with the chat. */
@Tag("wire")
@Timeout(60)
class ChatProjectWireTest extends ChatWireFixture {

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void aChatStaysOnItsProject(ChatForm form) {
        PooledChat chat = secondKeyFirst().createChat();
        form.send(chat, GenerationRequest.of("first").onlyKeys("Key #1"));
        for (int i = 0; i < 5; i++) {
            form.send(chat, "message " + i);
            assertThat(chat.keyName()).isEqualTo("Key #1");
        }
        assertThat(keysUsed()).hasSize(6).containsOnly(KEY);
    }

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void aChatTellsAtOnceOnWhichKeyAndInstanceItBegins(ChatForm form) {
        GeminiPool pool = pool(b -> b.key(KEY).key(OTHER).key(THIRD));
        for (int i = 0; i < 6; i++) {
            PooledChat chat = pool.createChat("m");
            String key = chat.keyName();
            int instance = chat.instanceIndex();
            assertThat(simulator.requestCount()).as("nothing is sent").isEqualTo(i);
            assertThat(key).isNotNull();
            form.send(chat, "first");
            assertThat(chat.keyName()).isEqualTo(key);
            assertThat(chat.instanceIndex()).isEqualTo(instance);
        }
    }

    @ParameterizedTest
    @EnumSource(Selection.class)
    void chatsCreatedInARowAreSpreadOverTheKeys(Selection selection) {
        GeminiPool pool =
                pool(b -> b.key(KEY).key(OTHER).key(THIRD).settings(b.settings().withSelection(selection)));
        pool.generateContent(GenerationRequest.of("Hi").model("m"));
        List<PooledChat> chats =
                IntStream.range(0, 30).mapToObj(i -> pool.createChat("m")).toList();
        assertThat(IntStream.rangeClosed(1, 3).mapToObj(i -> "Key #" + i))
                .allSatisfy(key -> assertThat(chats.stream().filter(chat -> key.equals(chat.keyName())))
                        .hasSizeBetween(9, 11));
        chats.forEach(chat -> {
            String key = chat.keyName();
            chat.send("first");
            assertThat(chat.keyName()).isEqualTo(key);
        });
    }

    @Test
    void aChatBeginsOnAKeyThatItsCallsMayUse() {
        GeminiPool pool = pool(b -> b.key(KEY).key(OTHER).key(THIRD));
        CallOptions acme = CallOptions.NONE.withKeys(KeyChoice.ANY.withOnlyProjects(Set.of("Key #3")));
        for (int i = 0; i < 3; i++) {
            assertThat(pool.within(acme, () -> pool.createChat("m")).keyName()).isEqualTo("Key #3");
        }
    }

    @Test
    void aChatBeginsOnAKeyThatWaitsForItsQuotaRatherThanOnNone() {
        GeminiPool pool = pool(b -> b.key(KEY).settings(b.settings().withLimits(Limits.NONE.withRequestsPerMinute(1))));
        pool.generateContent(GenerationRequest.of("Hi").model("m"));
        assertThat(pool.createChat("m").keyName()).isEqualTo("Key #1");
    }

    @Test
    void aChatBeginsNowhereIfNoKeyCanBeUsed() {
        GeminiPool pool = pool(b -> b.key(KEY));
        simulator.keyState(KEY, KeyState.LEAKED);
        pool.tryGenerateContent(GenerationRequest.of("Hi").model("m"));
        PooledChat chat = pool.createChat("m");
        assertThat(chat.keyName()).isNull();
        assertThat(chat.instanceIndex()).isEqualTo(-1);
        simulator.keyState(KEY, KeyState.VALID);
        pool.reset();
        chat.send("first");
        assertThat(chat.keyName()).isEqualTo("Key #1");
    }

    @Test
    void aChatStaysOnItsProjectThoughAnotherIsLessLoaded() {
        GeminiPool pool = pool(b -> b.key(KEY).key(OTHER).settings(b.settings().withSelection(Selection.LEAST_LOADED)));
        PooledChat chat = pool.createChat("m");
        chat.send(GenerationRequest.of("first").onlyKeys("Key #1"));
        simulator.fault(Fault.when().first(3).hang());
        List<CompletableFuture<?>> load = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            load.add(pool.generateContentAsync(
                    GenerationRequest.of("load").model("m").onlyKeys("Key #1")));
        }
        Eventually.await("the project is loaded", () -> simulator.inFlight() == 3);
        pool.createChat("m").send("This goes to the other one");
        chat.send("second");
        assertThat(keysUsed()).endsWith(OTHER, KEY);
        load.forEach(call -> call.cancel(true));
    }

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void aChatKeepsItsHistoryOnAnotherProject(ChatForm form) {
        GeminiPool pool = pool(b -> b.key(KEY).key(OTHER).key(THIRD));
        PooledChat chat = pool.createChat("m");
        form.send(chat, GenerationRequest.of("first").onlyKeys("Key #1"));
        simulator.keyState(KEY, KeyState.LEAKED);
        String answer = form.send(chat, GenerationRequest.of("second").notKeys("Key #3"));
        assertThat(answer).contains("Before that, you wrote: \"first\".");
        assertThat(chat.keyName()).isEqualTo("Key #2");
        simulator.fault(Fault.when().key(OTHER).wire(QUOTA));
        assertThat(form.send(chat, "third")).contains("Before that, you wrote: \"first\"; \"second\".");
        assertThat(chat.keyName()).isEqualTo("Key #3");
        pool.reset();
        form.send(chat, "fourth");
        assertThat(chat.keyName()).as("it stays where it went").isEqualTo("Key #3");
        assertThat(keysUsed()).containsExactly(KEY, KEY, OTHER, OTHER, THIRD, THIRD);
        assertThat(texts(chat.history(), "user")).containsExactly("first", "second", "third", "fourth");
    }

    @Test
    void allKeysOfItsProjectServeAChat() {
        PooledChat chat = pool(b -> b.key(ApiKey.of(KEY).named("a").inProject("p"))
                        .key(ApiKey.of(OTHER).named("b").inProject("p"))
                        .key(ApiKey.of(THIRD).named("c").inProject("q"))
                        .settings(b.settings().withSelection(Selection.ROUND_ROBIN)))
                .createChat();
        chat.send(GenerationRequest.of("first").onlyProjects("p"));
        for (int i = 0; i < 9; i++) {
            chat.send("message " + i);
        }
        assertThat(simulator.requestsByKey())
                .containsEntry(KEY, 5L)
                .containsEntry(OTHER, 5L)
                .doesNotContainKey(THIRD);
    }

    @Test
    void streamsAndChatsNameTheSameServer() {
        PooledChat chat = twoKeys().createChat();
        try (GenerationStream stream = chat.sendStream("first")) {
            stream.forEach(part -> assertThat(part).isNotNull());
            assertThat(chat.keyName()).isEqualTo(stream.keyName());
            assertThat(chat.instanceIndex()).isEqualTo(stream.instanceIndex());
        }
    }
}
