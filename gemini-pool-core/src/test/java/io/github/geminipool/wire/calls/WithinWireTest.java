package io.github.geminipool.wire.calls;

import static io.github.geminipool.wire.calls.CallOptionsFixture.THREE;
import static io.github.geminipool.wire.calls.CallOptionsFixture.TWO;
import static io.github.geminipool.wire.calls.CallOptionsFixture.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.Client;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.Tool;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallScope;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks of code whose calls have options. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class WithinWireTest {

    private static final String FUNCTION_CALL = "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":"
            + "[{\"functionCall\":{\"name\":\"ask\",\"args\":{\"question\":\"Hi\"}}}]},\"finishReason\":\"STOP\"}]}";

    /** What the function that the model calls does. */
    private static volatile @Nullable Runnable function;

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private CallOptionsFixture fixture;
    private GeminiPool pool;

    @BeforeEach
    void start() {
        fixture = new CallOptionsFixture(invariants);
        pool = fixture.pool;
    }

    @AfterEach
    void theThreadIsInNoScope() {
        function = null;
        assertThat(CallScope.current()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aBlocksCallsHaveItsOptions(Form form) {
        assertThat(fixture.servedBy(() -> pool.within(TWO, () -> form.ask(pool, "m", "Hi"))))
                .containsExactly("two");
        assertThat(fixture.servedBy(() -> form.ask(pool, "m", "Hi"))).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "CLIENT.*")
    void theyTakePrecedenceOverThoseOfAView(Form form) {
        Client three = pool.client(THREE);
        assertThat(fixture.servedBy(() -> pool.within(TWO, () -> form.ask(pool, three, "m", "Hi"))))
                .containsExactly("two");
        assertThat(fixture.servedBy(
                        () -> pool.within(CallOptions.NONE.withMaxAttempts(2), () -> form.ask(pool, three, "m", "Hi"))))
                .containsExactly("three");
    }

    @Test
    void soDoThoseOfChatsBatchesAndOkHttp() {
        PooledChat chat = pool.createChat("m");
        OkHttpClient client = pool.httpClient();
        assertThat(fixture.servedBy(() -> pool.within(TWO, () -> {
                    chat.send("Hi");
                    chat.sendAsync("Hi").join();
                    try (GenerationStream stream = chat.sendStream("Hi")) {
                        stream.forEach(Objects::requireNonNull);
                    }
                    assertThat(pool.generateAll(List.of(GenerationRequest.of("Hi"), GenerationRequest.of("Ho"))))
                            .allMatch(GenerationResult::isSuccess);
                    fixture.execute(client);
                    fixture.enqueue(client);
                })))
                .containsExactly("two");
        assertThat(fixture.simulator.requestCount()).isEqualTo(21);
    }

    /** Who reads a stream later, or waits for a future, need not be in the block. */
    @Test
    void theyAreThoseOfTheThreadThatBeginsTheCall() {
        assertThat(fixture.servedBy(() -> {
                    var later = pool.within(TWO, () -> pool.generateContentAsync("Hi"));
                    try (GenerationStream stream = pool.within(TWO, () -> pool.generateContentStream("Hi"))) {
                        stream.forEach(Objects::requireNonNull);
                    }
                    later.join();
                }))
                .containsExactly("two");
    }

    @Test
    void optionsOfTheCallTakePrecedence() {
        GenerationRequest own = GenerationRequest.of("Hi").onlyKeys("three");
        assertThat(fixture.servedBy(() -> pool.within(TWO, () -> pool.generateContent(own))))
                .containsExactly("three");
        assertThat(fixture.servedBy(() -> pool.within(
                        TWO,
                        () -> pool.generateContent(GenerationRequest.of("Hi").maxAttempts(1)))))
                .containsExactly("two");
    }

    @Test
    void blocksNestAndEndHoweverTheyEnd() {
        assertThat(fixture.servedBy(() -> pool.within(TWO, () -> {
                    pool.within(THREE, () -> pool.generateContent("Hi"));
                    assertThatThrownBy(() -> pool.within(only("one"), () -> {
                                throw new IOException("thrown by the block");
                            }))
                            .isInstanceOf(IOException.class)
                            .hasMessage("thrown by the block");
                    pool.generateContent("Hi");
                })))
                .containsExactly("three", "two");
        assertThat(CallScope.current()).isNull();
    }

    /** A function of the model asks on behalf of somebody else than the call that it belongs to. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void callsOfABlockOrViewWithinACallAreTheirOwn(boolean inBlock) throws NoSuchMethodException {
        fixture.simulator.fault(
                Fault.when().key(PoolInvariants.secretOf("two")).first(1).body(200, FUNCTION_CALL));
        List<@Nullable String> answers = new CopyOnWriteArrayList<>();
        Client three = inBlock ? pool.client() : pool.client(THREE);
        Runnable ask =
                () -> answers.add(three.models.generateContent("m", "Hi", null).text());
        function = inBlock ? () -> pool.within(THREE, ask) : ask;
        GenerationRequest request = GenerationRequest.of("Ask")
                .onlyKeys("two")
                .config(GenerateContentConfig.builder()
                        .tools(Tool.builder()
                                .functions(Functions.class.getMethod("ask", String.class))
                                .build())
                        .build());
        GenerationResult result = pool.tryGenerateContent(request);
        assertThat(result.failure()).isNull();
        assertThat(answers).hasSize(1);
        assertThat(result.attempts()).extracting("key").containsExactly("two", "two");
        assertThat(fixture.simulator.requestsByKey())
                .containsEntry(PoolInvariants.secretOf("two"), 2L)
                .containsEntry(PoolInvariants.secretOf("three"), 1L);
    }

    /** Functions that the model calls; the SDK calls those of public classes only. */
    public static final class Functions {

        private Functions() {}

        /** Does what the test wants. */
        public static String ask(String question) {
            Objects.requireNonNull(function).run();
            return question;
        }
    }
}
