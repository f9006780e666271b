package io.github.geminipool.wire.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.Chat;
import com.google.genai.errors.ApiException;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.Part;
import com.google.genai.types.Tool;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.RequestRecord;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chats: the request and the history of each message, and the options of a message. */
@Tag("wire")
@Tag("sdk")
@Timeout(60)
class ChatWireTest extends ChatWireFixture {

    private static final String CALLS_WEATHER = """
            {"candidates":[{"content":{"role":"model","parts":[{"functionCall":\
            {"name":"weather","args":{"city":"Oslo"}}}]},"finishReason":"STOP"}]}""";

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void everyMessageGoesOutAsInTheSdksOwnChats(ChatForm form) {
        GeminiPool pool = twoKeys();
        PooledChat chat = pool.createChat("m");
        ChatForm.SdkChat sdks = form.sdks(pool);
        for (String message : List.of("first", "second", "third")) {
            sdks.send(message);
            assertThat(form.send(chat, message)).contains("You wrote: \"" + message + "\"");
            assertSameTokensInTheLastTwo();
            assertThat(chat.history()).isEqualTo(sdks.history(true));
            assertThat(chat.comprehensiveHistory()).isEqualTo(sdks.history(false));
        }
        assertThat(form.send(chat, "fourth")).contains("Before that, you wrote: \"first\"; \"second\"; \"third\".");
    }

    @Test
    void formsCanBeMixed() {
        PooledChat chat = twoKeys().createChat("m");
        List<String> messages = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            for (ChatForm form : ChatForm.values()) {
                String answer = form.send(chat, "message " + messages.size());
                messages.forEach(message -> assertThat(answer).contains("\"" + message + "\""));
                messages.add("message " + messages.size());
            }
        }
        assertThat(texts(chat.history(), "user")).isEqualTo(messages);
        assertThat(chat.comprehensiveHistory()).isEqualTo(chat.history());
    }

    /** An unusual response. */
    private enum Odd {
        SAFETY("""
                {"candidates":[{"content":{"role":"model","parts":[{"text":"I can"}]},"finishReason":"SAFETY"}]}""", false),
        SAFETY_WITHOUT_CONTENT("""
                {"candidates":[{"finishReason":"SAFETY"}]}""", true),
        CUT_OFF("""
                {"candidates":[{"content":{"role":"model","parts":[{"text":"It is"}]},"finishReason":"MAX_TOKENS"}]}""", false),
        EMPTY_PART("""
                {"candidates":[{"content":{"role":"model","parts":[{}]},"finishReason":"STOP"}]}""", false),
        NO_END("""
                {"candidates":[{"content":{"role":"model","parts":[{"text":"Well,"}]}}]}""", false),
        BLOCKLIST("""
                {"candidates":[{"finishReason":"BLOCKLIST"}],"modelVersion":"m"}""", true),
        PROMPT_BLOCKED("""
                {"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":638}}""", true);

        private final String json;
        private final boolean sdkMayThrow;

        Odd(String json, boolean sdkMayThrow) {
            this.json = json;
            this.sdkMayThrow = sdkMayThrow;
        }
    }

    private void answersOddly(ChatForm form, int times, String json) {
        simulator.fault(
                form == ChatForm.STREAM
                        ? Fault.when().first(times).body(200, "text/event-stream", "data: " + json + "\r\n\r\n")
                        : Fault.when().first(times).body(200, json));
    }

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void oddAnswersAreRememberedAsInTheSdksOwnChats(ChatForm form) {
        GeminiPool pool = pool(b -> b.key(KEY));
        PooledChat chat = pool.createChat("m");
        ChatForm.SdkChat sdks = form.sdks(pool);
        boolean sdkThrew = false;
        // A stream without a finish reason fails.
        Set<Odd> odds =
                form == ChatForm.STREAM ? EnumSet.complementOf(EnumSet.of(Odd.NO_END)) : EnumSet.allOf(Odd.class);
        for (Odd odd : odds) {
            answersOddly(form, 2, odd.json);
            Throwable e = catchThrowable(() -> sdks.send("Odd: " + odd));
            assertThat(e == null || odd.sdkMayThrow).as("%s: %s", odd, e).isTrue();
            sdkThrew |= e != null;
            form.send(chat, "Odd: " + odd);
            assertThat(chat.history()).as("after %s", odd).isEqualTo(sdks.history(true));
            if (!sdkThrew) {
                assertThat(chat.comprehensiveHistory()).isEqualTo(sdks.history(false));
            }
            assertThat(texts(chat.comprehensiveHistory(), "user")).contains("Odd: " + odd);
            sdks.send("after " + odd);
            form.send(chat, "after " + odd);
            assertSameTokensInTheLastTwo();
            assertThat(chat.history()).isEqualTo(sdks.history(true));
        }
        assertThat(texts(chat.history(), "user"))
                .filteredOn(text -> text.startsWith("Odd: "))
                .isEqualTo(
                        odds.contains(Odd.NO_END) ? List.of("Odd: CUT_OFF", "Odd: NO_END") : List.of("Odd: CUT_OFF"));
    }

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void anAnswerWithoutPartsIsNotSentBack(ChatForm form) {
        PooledChat chat = pool(b -> b.key(KEY)).createChat("m");
        form.send(chat, "first");
        answersOddly(form, 1, """
                {"candidates":[{"content":{"role":"model"},"finishReason":"STOP","index":0}]}""");
        form.send(chat, "second");
        assertThat(texts(chat.history(), "user")).containsExactly("first");
        assertThat(texts(chat.comprehensiveHistory(), "user")).containsExactly("first", "second");
        assertThat(form.send(chat, "third")).contains("Before that, you wrote: \"first\".");
        assertThat(chat.history())
                .allMatch(content -> !content.parts().orElseThrow().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void functionCallsArePartOfTheHistoryOnce(boolean asynchronous) throws Exception {
        GeminiPool pool = twoKeys();
        Method weather = Weather.class.getMethod("weather", String.class);
        GenerateContentConfig config = GenerateContentConfig.builder()
                .tools(Tool.builder().functions(weather).build())
                .build();
        PooledChat chat = pool.createChat("m", config);
        Chat sdks = pool.client().chats.create("m", config);
        ChatForm form = asynchronous ? ChatForm.ASYNC : ChatForm.SYNC;
        for (String message : List.of("Hello", "How is the weather in Oslo?", "And what do I wear?")) {
            boolean calls = message.contains("Oslo");
            if (calls) {
                simulator.fault(Fault.when().nth(1).body(200, CALLS_WEATHER));
            }
            sdks.sendMessage(message);
            long tokens = lastTokens();
            if (calls) {
                simulator.fault(Fault.when().nth(1).body(200, CALLS_WEATHER));
            }
            form.send(chat, message);
            assertThat(lastTokens()).isEqualTo(tokens);
            assertThat(chat.history()).isEqualTo(sdks.getHistory(true));
            assertThat(chat.comprehensiveHistory()).isEqualTo(sdks.getHistory(false));
        }
        assertThat(chat.history()).hasSize(8);
        List<Part> parts = chat.history().stream()
                .flatMap(content -> content.parts().orElseThrow().stream())
                .toList();
        assertThat(parts).filteredOn(part -> part.functionCall().isPresent()).hasSize(1);
        assertThat(parts)
                .filteredOn(part -> part.functionResponse().isPresent())
                .singleElement()
                .asString()
                .contains("Sunny in Oslo");
    }

    /** Public so that the SDK can call its functions. */
    public static final class Weather {

        private Weather() {}

        /** A function. */
        public static String weather(String city) {
            return "Sunny in " + city;
        }
    }

    @Test
    void messagesMayHoldMoreThanText() {
        PooledChat chat = pool(b -> b.key(KEY)).createChat();
        Content picture = Content.builder()
                .parts(Part.fromText("What is this?"), Part.fromBytes(new byte[] {1, 2, 3}, "image/png"))
                .build();
        assertThat(chat.send(GenerationRequest.of(picture)).text()).contains("What is this?\n[image/png]");
        assertThat(chat.send("Are you sure?").text()).contains("Before that, you wrote: \"What is this?");
        assertThat(lastTokens()).isGreaterThan(258);
        assertThat(chat.history())
                .extracting(content -> content.role().orElse("none"))
                .containsExactly("user", "model", "user", "model");
    }

    @Test
    void messagesThatGeminiWouldRefuseAreNotSent() {
        PooledChat chat = pool(b -> b.key(KEY)).createChat();
        GenerationRequest empty =
                GenerationRequest.of(Content.builder().role("user").build());
        assertThatThrownBy(() -> chat.send(empty)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> chat.sendAsync(empty)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> chat.sendStream(empty)).isInstanceOf(IllegalArgumentException.class);
        assertThat(simulator.requestCount()).isZero();
        assertThat(chat.send("Hi").text()).contains("Hi");
    }

    @Test
    void aStreamMayBeReadWithoutAskingWhetherThereIsMore() {
        PooledChat chat = pool(b -> b.key(KEY)).createChat();
        try (GenerationStream stream = chat.sendStream("first")) {
            Iterator<?> parts = stream.iterator();
            assertThatThrownBy(() -> {
                        while (true) {
                            assertThat(parts.next()).isNotNull();
                        }
                    })
                    .isInstanceOf(NoSuchElementException.class);
            assertThatThrownBy(parts::next).isInstanceOf(NoSuchElementException.class);
            assertThat(parts.hasNext()).isFalse();
        }
        assertThat(texts(chat.history(), "user")).containsExactly("first");
        assertThat(chat.send("second").text()).contains("\"first\"");
    }

    // Options of a message

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void aMessageMaySayWhichKeysServeIt(ChatForm form) {
        PooledChat chat = pool(b -> b.key(ApiKey.of(KEY).named("a").inProject("p"))
                        .key(ApiKey.of(OTHER).named("b").inProject("q"))
                        .key(ApiKey.of(THIRD).named("c").inProject("r")))
                .createChat();
        GenerationRequest message = GenerationRequest.of("message");
        form.send(chat, message.onlyKeys("b"));
        assertThat(chat.keyName()).isEqualTo("b");
        form.send(chat, message.onlyProjects("r"));
        assertThat(chat.keyName()).isEqualTo("c");
        form.send(chat, message.notKeys("c", "a"));
        assertThat(chat.keyName()).isEqualTo("b");
        form.send(chat, message.notProjects("q", "r"));
        assertThat(chat.keyName()).isEqualTo("a");
        form.send(chat, message.preferredProject("r"));
        assertThat(chat.keyName()).as("it beats the chat's own").isEqualTo("c");
        form.send(chat, message);
        assertThat(chat.keyName()).isEqualTo("c");
        assertThat(keysUsed()).containsExactly(OTHER, THIRD, OTHER, KEY, THIRD, THIRD);
    }

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void aMessageMaySayHowOftenAndHowLongItIsTried(ChatForm form) {
        PooledChat chat = pool(b -> b.key(KEY)).createChat();
        simulator.fault(Fault.when().first(3).respond(503));
        assertThatThrownBy(() -> form.send(chat, GenerationRequest.of("once").maxAttempts(1)))
                .isInstanceOf(ApiException.class);
        assertThat(simulator.requestCount()).isEqualTo(1);
        assertThat(form.send(chat, "thrice")).contains("thrice");
        assertThat(simulator.requestCount()).isEqualTo(4);
        simulator.fault(Fault.when().wire(QUOTA)); // 26 s
        assertThatThrownBy(() -> form.send(chat, GenerationRequest.of("now").acquireTimeout(Duration.ZERO)))
                .isInstanceOf(PoolExhaustedException.class);
    }

    @ParameterizedTest
    @EnumSource(ChatForm.class)
    void aMessagesModelAndConfigurationAreForThatMessageOnly(ChatForm form) {
        GeminiPool pool = pool(b -> b.key(KEY).settings(b.settings().withDefaultModel("default")));
        PooledChat chat = pool.createChat(
                "mine",
                GenerateContentConfig.builder()
                        .systemInstruction(Content.fromParts(Part.fromText("x".repeat(4_000))))
                        .build());
        form.send(chat, "first");
        assertThat(lastTokens()).isGreaterThan(1_000);
        GenerateContentConfig json = GenerateContentConfig.builder()
                .responseMimeType("application/json")
                .build();
        assertThat(form.send(chat, GenerationRequest.of("second").model("other").config(json)))
                .startsWith("{");
        assertThat(lastTokens()).isLessThan(1_000);
        assertThat(form.send(chat, "third")).contains("\"first\"; \"second\"");
        assertThat(lastTokens()).isGreaterThan(1_000);
        assertThat(simulator.requests()).extracting(RequestRecord::model).containsExactly("mine", "other", "mine");
        form.send(pool.createChat(), "Hi");
        assertThat(simulator.requests().get(3).model()).isEqualTo("default");
    }

    @Test
    void nothingThatWasSaidIsShown() {
        GeminiPool pool = twoKeys();
        PooledChat chat = pool.createChat("m");
        assertThat(chat.toString()).isEqualTo("PooledChat[model=m, contents=0, keyName=Key #1]");
        chat.send(GenerationRequest.of("a confidential matter").onlyKeys("Key #2"));
        assertThat(invariants.saw(chat).toString()).isEqualTo("PooledChat[model=m, contents=2, keyName=Key #2]");
    }

    private void assertSameTokensInTheLastTwo() {
        List<RequestRecord> requests = simulator.requests();
        assertThat(lastTokens()).isEqualTo(requests.get(requests.size() - 2).inputTokens());
    }
}
