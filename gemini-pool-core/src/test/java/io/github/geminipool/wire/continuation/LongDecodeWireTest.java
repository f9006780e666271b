package io.github.geminipool.wire.continuation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.errors.ClientException;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.LongDecode;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers in three hops, through the SDK that continues them by itself. */
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class LongDecodeWireTest {

    private static final String MODEL = "gemini-4-argon";
    private static final String THINKER = "thinker";
    private static final String FIRST = PoolInvariants.secretOf("first");
    private static final String TWIN = PoolInvariants.secretOf("twin");
    private static final String OTHER = PoolInvariants.secretOf("other");
    private static final RetrySettings AT_ONCE = new RetrySettings(3, Duration.ZERO, 1, Duration.ZERO, 0, 1);

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final RecordingListener events = new RecordingListener();
    private GeminiSimulator simulator;
    private GeminiPool pool;
    private int marked;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(FIRST, key -> key.project("one"))
                .key(TWIN, key -> key.project("one"))
                .key(OTHER, key -> key.project("two"))
                .longDecode(LongDecode.of(MODEL, 3))
                .longDecode(LongDecode.of(THINKER, 4).emptyHops(1, 3)));
        pool = invariants.pool(
                simulator,
                b -> b.key(ApiKey.of(FIRST).named("first").inProject("one"))
                        .key(ApiKey.of(OTHER).named("other").inProject("two"))
                        .key(ApiKey.of(TWIN).named("twin").inProject("one"))
                        .settings(b.settings()
                                .withSelection(Selection.ROUND_ROBIN)
                                .withRetry(AT_ONCE.withOnEmptyResponse(true)))
                        .listener(events));
    }

    /** Ignores what was requested so far. */
    private void mark() {
        marked = simulator.requests().size();
    }

    private List<RequestRecord> requests() {
        return simulator.requests().subList(marked, simulator.requests().size());
    }

    private List<String> keys() {
        return requests().stream().map(RequestRecord::key).toList();
    }

    private Set<String> projects() {
        return requests().stream().map(RequestRecord::project).collect(Collectors.toSet());
    }

    private List<Integer> hops() {
        return requests().stream().map(RequestRecord::hop).toList();
    }

    private static String text(String said) {
        return said.replace("null", "");
    }

    private String ask(Form form, String model) {
        return text(Objects.requireNonNull(form.ask(pool, model, "Tell me more about hops and hops")));
    }

    /** Returns the answer without the pool's part in it, and forgets that it was asked for. */
    private String whole(String model) {
        String whole = ask(Form.FACADE, model);
        mark();
        return whole;
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void allHopsGoToOneProject(Form form) {
        String whole = whole(MODEL);
        for (int i = 0; i < 3; i++) {
            mark();
            assertThat(ask(form, MODEL)).isEqualTo(whole);
            assertThat(hops()).containsExactly(1, 2, 3);
            assertThat(projects()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aKeyThatDiesAtTheSecondHopIsReplacedByItsTwin(Form form) {
        String whole = whole(MODEL);
        // The next call begins with the project of two keys.
        if (pool.tryGenerateContent(GenerationRequest.of("Hi").model(MODEL))
                .attempts()
                .get(0)
                .key()
                .equals("first")) {
            ask(Form.FACADE, MODEL);
        }
        mark();
        simulator.fault(Fault.when().hop(2).first(1).wire("400-api-key-invalid.json"));

        assertThat(ask(form, MODEL)).isEqualTo(whole);

        assertThat(hops()).containsExactly(1, 2, 2, 3);
        assertThat(projects()).containsExactly("one");
        assertThat(keys().get(2)).isNotEqualTo(keys().get(1));
        assertThat(events.attempts().subList(marked, events.attempts().size()))
                .extracting(attempt -> {
                    Failure failure = attempt.failure();
                    return failure == null ? null : failure.kind();
                })
                .containsExactly(null, FailureKind.KEY_REJECTED, null, null);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void hopsThatOnlyThinkAreNeitherEmptyNorBoughtTwice(Form form) {
        String whole = whole(THINKER);
        assertThat(whole).isNotEmpty();
        assertThat(ask(form, THINKER)).isEqualTo(whole);
        assertThat(hops()).containsExactly(1, 2, 3, 4);
        assertThat(pool.stats().model(THINKER).orElseThrow().attempts().emptyResponses())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void anOverloadBeforeAHopSaysAnythingIsRetried(Form form) {
        String whole = whole(MODEL);
        simulator.fault(Fault.when().hop(3).first(2).respond(503));
        assertThat(ask(form, MODEL)).isEqualTo(whole);
        assertThat(hops()).containsExactly(1, 2, 3, 3, 3);
        assertThat(projects()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aTokenThatLeadsToItselfIsSentThreeTimes(Form form) {
        simulator.fault(Fault.when().model(MODEL).repeatContinuation());
        Throwable e = catchThrowable(() -> ask(form, MODEL));
        assertThat(simulator.requestCount()).isLessThanOrEqualTo(5);
        if (form.isStream()) {
            // The SDK itself gives a stream up that makes no progress.
            return;
        }
        Throwable cause = e;
        while (cause != null && !(cause instanceof ClientException)) {
            cause = cause.getCause();
        }
        assertThat(invariants.saw(cause))
                .isInstanceOfSatisfying(
                        ClientException.class,
                        client -> assertThat(client.code()).isEqualTo(400))
                .hasMessageContaining("same continuation token");
        assertThat(pool.keyStats().keys())
                .allSatisfy(key -> assertThat(key.errorRate()).isZero());
    }

    private static final GenerationRequest OF_TWIN = GenerationRequest.of("Tell me more about hops and hops")
            .model(MODEL)
            .onlyKeys("twin");

    @Test
    void theOptionsOfACallHoldForAllOfItsHops() {
        GenerationResult sync = pool.tryGenerateContent(OF_TWIN);
        assertThat(sync.attempts()).hasSize(3);
        GenerationResult async = pool.tryGenerateContentAsync(OF_TWIN).join();
        assertThat(async.attempts())
                .hasSize(3)
                .allSatisfy(attempt -> assertThat(attempt.key()).isEqualTo("twin"));
        try (GenerationStream stream = pool.generateContentStream(OF_TWIN)) {
            stream.forEach(part -> assertThat(stream.keyName()).isEqualTo("twin"));
        }
        assertThat(keys()).hasSize(9).containsOnly(TWIN);
    }

    @Test
    void aChatGoesOnAfterALongAnswer() {
        PooledChat chat = pool.createChat(MODEL);
        String first =
                Objects.requireNonNull(chat.send("Tell me more about hops").text());
        assertThat(first).isNotEmpty();
        try (GenerationStream stream = chat.sendStream("And then? Tell me all of it")) {
            stream.forEach(part -> {});
        }
        assertThat(chat.sendAsync("And then?").join().text()).isNotEmpty();
        assertThat(hops()).containsExactly(1, 2, 3, 1, 2, 3, 1, 2, 3);
        assertThat(chat.history()).hasSizeGreaterThanOrEqualTo(6);
    }

    @Test
    void hopsAreCountedAsRequests() {
        ask(Form.FACADE, MODEL);
        assertThat(pool.stats().attempts().total()).isEqualTo(3);
    }
}
