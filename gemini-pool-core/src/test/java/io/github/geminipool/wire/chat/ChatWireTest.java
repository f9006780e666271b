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
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.Framing;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.PoolInvariants;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chats: the request of each message, the state after a failure, the project that serves, and concurrent messages. */
@Tag("wire")
@Timeout(60)
class ChatWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");
    private static final String THIRD = PoolInvariants.secretOf("three");
    private static final String QUOTA = "429-free-tpm.json";

    private static final String CALLS_WEATHER = """
            {"candidates":[{"content":{"role":"model","parts":[{"functionCall":\
            {"name":"weather","args":{"city":"Oslo"}}}]},"finishReason":"STOP"}]}""";

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private GeminiSimulator simulator;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY).key(OTHER).key(THIRD));
    }

    private GeminiPool pool(Consumer<GeminiPoolBuilder> customizer) {
        return invariants.pool(simulator, b -> {
            b.settings(b.settings()
                    .withAcquireTimeout(Duration.ofSeconds(10))
                    .withRetry(new RetrySettings(3, Duration.ZERO, 1, Duration.ZERO, 0, 1)));
            customizer.accept(b);
        });
    }

    private GeminiPool twoKeys() {
        return pool(b -> b.key(KEY).key(OTHER));
    }

    /** Builds a pool that prefers the second key. */
    private GeminiPool secondKeyFirst() {
        return pool(
                b -> b.key(KEY).key(OTHER).selectionStrategy(c -> c.keyName().equals("Key #2") ? 1 : 0));
    }

    private List<String> keysUsed() {
        return simulator.requests().stream().map(RequestRecord::key).toList();
    }

    // Requests

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
        for (Odd odd : Odd.values()) {
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
                .containsExactly("Odd: CUT_OFF", "Odd: NO_END");
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

    // State after a failure

    private void assertLeavesEverything(Consumer<PooledChat> failing) {
        GeminiPool pool = secondKeyFirst();
        PooledChat chat = pool.createChat("m");
        assertThat(chat.keyName()).isNull();
        assertThat(chat.instanceIndex()).isEqualTo(-1);
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

    /** A message for the key that does not serve the chat. */
    private static final GenerationRequest FAILING =
            GenerationRequest.of("failing").notKeys("Key #2").maxAttempts(2);

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

    // The project that serves

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
            assertThat(chat.keyName()).as("not served yet").isNull();
            stream.forEach(part -> assertThat(part).isNotNull());
            assertThat(chat.keyName()).isEqualTo(stream.keyName());
            assertThat(chat.instanceIndex()).isEqualTo(stream.instanceIndex());
        }
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

    // Concurrent messages

    @Test
    void messagesOfManyThreadsGoOneAfterTheOther() throws Exception {
        PooledChat chat = twoKeys().createChat();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<String>> sends = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                ChatForm form = List.of(ChatForm.values()).get(i % 3);
                String message = "message " + i;
                sends.add(() -> form.send(chat, message));
            }
            for (Future<String> answer : threads.invokeAll(sends)) {
                assertThat(answer.get()).contains("You wrote: \"message ");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(simulator.peakInFlight()).isEqualTo(1);
        assertThat(texts(chat.history(), "user")).hasSize(20).doesNotHaveDuplicates();
        List<Content> history = chat.history();
        String question = "";
        StringBuilder answer = new StringBuilder();
        for (int i = 0; i < history.size(); i++) {
            String text = String.valueOf(history.get(i).text());
            if (history.get(i).role().orElse("").equals("user")) {
                assertThat(answer.toString()).contains(question.isEmpty() ? "" : "You wrote: \"" + question + "\"");
                question = text;
                answer.setLength(0);
            } else {
                answer.append(text);
            }
        }
        assertThat(answer.toString()).contains("You wrote: \"" + question + "\"");
        assertThat(simulator.requests())
                .extracting(RequestRecord::inputTokens)
                .as("each with more history than the one before")
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void asynchronousMessagesGoInTheOrderInWhichTheyWereSent() throws Exception {
        PooledChat chat = twoKeys().createChat();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            messages.add("message " + i);
            answers.add(chat.sendAsync("message " + i));
        }
        for (CompletableFuture<?> answer : answers) {
            answer.get(10, TimeUnit.SECONDS);
        }
        assertThat(texts(chat.history(), "user")).isEqualTo(messages);
        assertThat(simulator.peakInFlight()).isEqualTo(1);
    }

    @Test
    void chatsDoNotWaitForEachOther() {
        GeminiPool pool = twoKeys();
        try (GenerationStream stream = pool.createChat().sendStream("first")) {
            assertThat(stream.iterator().hasNext()).isTrue();
            assertThat(pool.createChat().send("second").text()).contains("second");
        }
    }

    @Test
    void nothingThatWasSaidIsShown() {
        GeminiPool pool = twoKeys();
        PooledChat chat = pool.createChat("m");
        assertThat(chat.toString()).isEqualTo("PooledChat[model=m, contents=0, keyName=null]");
        chat.send(GenerationRequest.of("a confidential matter").onlyKeys("Key #2"));
        assertThat(invariants.saw(chat).toString()).isEqualTo("PooledChat[model=m, contents=2, keyName=Key #2]");
    }

    private static List<String> texts(List<Content> contents, String role) {
        return contents.stream()
                .filter(content -> content.role().orElse("").equals(role))
                .map(content -> String.valueOf(content.text()))
                .toList();
    }

    private long lastTokens() {
        List<RequestRecord> requests = simulator.requests();
        return requests.get(requests.size() - 1).inputTokens();
    }

    private void assertSameTokensInTheLastTwo() {
        List<RequestRecord> requests = simulator.requests();
        assertThat(lastTokens()).isEqualTo(requests.get(requests.size() - 2).inputTokens());
    }
}
