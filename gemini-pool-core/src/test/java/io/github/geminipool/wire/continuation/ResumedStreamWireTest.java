package io.github.geminipool.wire.continuation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.types.GenerateContentConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.simulator.Cut;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.FaultCondition;
import io.github.geminipool.simulator.Framing;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.LongDecode;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams that break after a checkpoint, which the SDK resumes by itself: what the pool knows of the break is no less. */
@Tag("wire")
@Tag("sdk2")
@Timeout(60)
class ResumedStreamWireTest {

    private static final String MODEL = "gemini-4-argon";
    private static final String QUESTION = "Tell me more about hops and hops";
    private static final String ONE = PoolInvariants.secretOf("one");
    private static final String TWO = PoolInvariants.secretOf("two");
    private static final String OVERLOADED =
            "{\"error\":{\"code\":503,\"message\":\"The model is overloaded.\",\"status\":\"UNAVAILABLE\"}}";
    private static final String REJECTED =
            "{\"error\":{\"code\":400,\"message\":\"API key not valid.\",\"status\":\"INVALID_ARGUMENT\"}}";

    /** How a stream breaks after its first events, and what the pool makes of it. */
    @SuppressWarnings("ImmutableEnumChecker") // The functions have no state.
    private enum Break {
        ERROR_EVENT(FailureKind.OVERLOADED, when -> when.errorInStream(3, Framing.FRAMED, OVERLOADED)),
        BARE_ERROR(FailureKind.OVERLOADED, when -> when.errorInStream(3, Framing.BARE, OVERLOADED)),
        PRETTY_ERROR(
                FailureKind.OVERLOADED, when -> when.errorInStream(3, Framing.BARE, OVERLOADED.replace(",", ",\n  "))),
        CLOSED(FailureKind.NETWORK, when -> when.cutStreamAfter(3)),
        RESET(FailureKind.NETWORK, when -> when.cutStreamAfter(3, Cut.RESET));

        private final FailureKind kind;
        private final Function<FaultCondition, Fault> fault;

        Break(FailureKind kind, Function<FaultCondition, Fault> fault) {
            this.kind = kind;
            this.fault = fault;
        }
    }

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final RecordingListener events = new RecordingListener();
    private GeminiSimulator simulator;
    private GeminiPool pool;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(ONE, key -> key.project("one"))
                .key(TWO, key -> key.project("two"))
                .longDecode(LongDecode.of(MODEL, 2)));
        pool = invariants.pool(
                simulator,
                b -> b.key(ApiKey.of(ONE).named("one").inProject("one"))
                        .key(ApiKey.of(TWO).named("two").inProject("two"))
                        .listener(events)
                        .settings(b.settings().withSelection(Selection.ROUND_ROBIN)));
    }

    private static String ask(GeminiPool pool, Form form) {
        return Objects.requireNonNull(form.ask(pool, MODEL, QUESTION)).replace("null", "");
    }

    private static FaultCondition secondHop() {
        return Fault.when().hop(2).first(1);
    }

    private List<Failure> failures() {
        return events.attempts().stream()
                .map(AttemptEnded::failure)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Break.class)
    void theFailureIsKnownAndTheRestComesFromTheSameProject(Break how) {
        String whole = ask(pool, Form.FACADE);
        int before = events.attempts().size();
        simulator.fault(how.fault.apply(secondHop()));

        assertThat(ask(pool, Form.FACADE_STREAM)).isEqualTo(whole);

        List<AttemptEnded> attempts =
                events.attempts().subList(before, events.attempts().size());
        assertThat(attempts).extracting(attempt -> attempt.failure() != null).containsExactly(false, true, false);
        assertThat(attempts)
                .extracting(AttemptEnded::project)
                .containsOnly(attempts.get(0).project());
        assertThat(failures()).extracting(Failure::kind).containsExactly(how.kind);
        assertThat(failures().get(0).status()).isEqualTo(how.kind == FailureKind.OVERLOADED ? 503 : 0);
        assertThat(pool.stats().active()).isZero();
        assertThat(simulator.requests()).extracting(RequestRecord::hop).endsWith(1, 2, 2);
    }

    @Test
    void aKeyThatDiesInTheMiddleIsExcludedAndItsProjectPreferred() {
        String twin = PoolInvariants.secretOf("twin");
        simulator = invariants.simulator(b -> b.key(ONE, key -> key.project("one"))
                .key(twin, key -> key.project("one"))
                .key(TWO, key -> key.project("two"))
                .longDecode(LongDecode.of(MODEL, 2)));
        pool = invariants.pool(
                simulator,
                b -> b.key(ApiKey.of(ONE).named("one").inProject("one"))
                        .key(ApiKey.of(twin).named("twin").inProject("one"))
                        .key(ApiKey.of(TWO).named("two").inProject("two"))
                        .listener(events));
        simulator.fault(secondHop().errorInStream(3, Framing.BARE, REJECTED));

        assertThat(ask(pool, Form.FACADE_STREAM)).isNotEmpty();

        assertThat(failures()).extracting(Failure::cause).containsExactly(FailureCause.KEY_OUTDATED);
        assertThat(events.events(ScopeExcluded.class)).hasSize(1);
        assertThat(simulator.requests()).extracting(RequestRecord::project).containsOnly("one");
        assertThat(pool.keyStats().keys().stream().filter(key -> !key.usable())).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Break.class,
            names = {"ERROR_EVENT", "BARE_ERROR", "PRETTY_ERROR"})
    void withoutTheSdksContinuationTheCallerGetsTheError(Break how) {
        simulator.fault(how.fault.apply(Fault.when().first(1)));
        GenerationRequest once = GenerationRequest.of(QUESTION)
                .model(MODEL)
                .config(GenerateContentConfig.builder()
                        .automaticContinuation(false)
                        .build());
        StringBuilder said = new StringBuilder();
        Throwable e = catchThrowable(() -> {
            try (GenerationStream stream = pool.generateContentStream(once)) {
                stream.forEach(part -> said.append(part.text()));
            }
        });
        assertThat(invariants.saw(e)).hasStackTraceContaining("overloaded");
        assertThat(said).isNotEmpty();
        assertThat(failures()).extracting(Failure::kind).containsExactly(how.kind);
        assertThat(simulator.requestCount()).isEqualTo(1);
        assertThat(pool.keyStats().keys())
                .allSatisfy(key -> assertThat(key.errorRate()).isZero());
    }
}
