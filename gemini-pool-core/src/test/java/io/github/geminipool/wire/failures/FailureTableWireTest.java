package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.errors.ApiException;
import com.google.genai.errors.GenAiIOException;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.KeyLeaked;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.FaultCondition;
import io.github.geminipool.simulator.Framing;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of failures, row by row: the failure of the first attempt, the key that is tried next, the scope that is excluded
 * and for how long, the caller's result, and the events.
 *
 * <p>Keys a1 and a2 belong to project a, key b to project b; both projects share billing account x. Key c has its own project
 * and account. The keys are tried in this order.
 */
@Tag("wire")
@Tag("sdk")
@Timeout(60)
class FailureTableWireTest {

    private static final List<String> NAMES = List.of("a1", "a2", "b", "c");
    private static final Duration NEVER = Duration.ofDays(400);
    private static final Duration BACK_OFF = Duration.ofSeconds(2);

    private static final Scope KEY = new Scope.Key("a1");
    private static final Scope PROJECT = new Scope.Project("a");
    private static final Scope PROJECT_MODEL = new Scope.ProjectModel("a", "m");
    private static final Scope ACCOUNT = new Scope.BillingAccount("x");
    private static final Scope MODEL = new Scope.Model("m");
    private static final Scope EGRESS = new Scope.Egress();
    private static final Scope REQUEST = new Scope.Request();
    private static final Scope NONE = new Scope.None();

    private static final String SERVICE_DISABLED = """
            {"error":{"code":403,"message":"Gemini API has not been used in project 1 before or it is disabled.",
            "status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo",
            "reason":"SERVICE_DISABLED","domain":"googleapis.com"}]}}""";

    private static final String AUTOMATED_QUERIES =
            "<html>... but your computer or network may be sending automated queries. To protect our users, ...</html>";

    /** A failure and its expected consequences. */
    private record Row(
            String name,
            Function<FaultCondition, Fault> fault,
            FailureKind kind,
            Scope scope,
            List<String> asked,
            @Nullable Duration leftAlone,
            boolean answered) {

        @Override
        public String toString() {
            return name;
        }
    }

    /** The next key is tried at once, and the scope is excluded for a while. */
    private static Row failsOver(
            String body, FailureKind kind, Scope scope, String next, @Nullable Duration leftAlone) {
        return new Row(body, when -> when.wire(body), kind, scope, List.of("a1", next), leftAlone, true);
    }

    /** The call is retried at once with another project, and nothing is excluded. */
    private static Row retries(String name, Function<FaultCondition, Fault> fault, FailureKind kind, Scope scope) {
        return new Row(name, fault, kind, scope, List.of("a1", "b"), null, true);
    }

    /** The caller gets the failure, and nothing is excluded. */
    private static Row returned(String body, FailureKind kind, Scope scope) {
        return new Row(body, when -> when.wire(body), kind, scope, List.of("a1"), null, false);
    }

    static Stream<Row> rows() {
        Duration toMidnight = Duration.ofHours(12);
        Duration day = Duration.ofHours(24);
        Duration minute = Duration.ofMinutes(1);
        Duration tenSeconds = Duration.ofSeconds(10);
        return Stream.of(
                failsOver("429-free-tpm.json", FailureKind.RATE_LIMITED, PROJECT_MODEL, "b", Duration.ofSeconds(26)),
                failsOver(
                        "429-free-rpd-with-36s-retrydelay.json",
                        FailureKind.DAILY_QUOTA_EXHAUSTED,
                        PROJECT_MODEL,
                        "b",
                        toMidnight),
                failsOver("429-limit-0.json", FailureKind.NOT_ENTITLED, PROJECT_MODEL, "b", day),
                failsOver("404-model-closed-to-new-projects.json", FailureKind.NOT_ENTITLED, PROJECT_MODEL, "b", day),
                failsOver("429-no-details.json", FailureKind.OVERLOADED, MODEL, "b", null),
                failsOver("429-spend-based.json", FailureKind.BILLING, ACCOUNT, "c", minute),
                failsOver("429-monthly-spending-cap.json", FailureKind.BILLING, PROJECT, "b", minute),
                failsOver("402-prepay-depleted.json", FailureKind.BILLING, ACCOUNT, "c", minute),
                failsOver("400-api-key-invalid.json", FailureKind.KEY_REJECTED, KEY, "a2", tenSeconds),
                failsOver("400-api-key-expired.json", FailureKind.KEY_REJECTED, KEY, "a2", tenSeconds),
                failsOver("401-access-token-type-unsupported.json", FailureKind.KEY_REJECTED, KEY, "a2", tenSeconds),
                failsOver("403-key-reported-leaked.json", FailureKind.KEY_REJECTED, KEY, "a2", NEVER),
                failsOver("403-api-key-service-blocked.json", FailureKind.KEY_REJECTED, KEY, "a2", NEVER),
                failsOver("403-consumer-suspended.json", FailureKind.PROJECT_REJECTED, PROJECT, "b", minute),
                failsOver("403-project-denied.json", FailureKind.PROJECT_REJECTED, PROJECT, "b", minute),
                new Row(
                        "403 SERVICE_DISABLED",
                        when -> when.body(403, SERVICE_DISABLED),
                        FailureKind.PROJECT_REJECTED,
                        PROJECT,
                        List.of("a1", "b"),
                        minute,
                        true),
                returned("400-user-location.json", FailureKind.EGRESS_BLOCKED, EGRESS),
                new Row(
                        "page on automated queries",
                        when -> when.body(503, "text/html", AUTOMATED_QUERIES),
                        FailureKind.EGRESS_BLOCKED,
                        EGRESS,
                        List.of("a1"),
                        null,
                        false),
                returned("403-file-of-another-project.json", FailureKind.WRONG_PROJECT, REQUEST),
                returned("403-cached-content-missing.json", FailureKind.WRONG_PROJECT, REQUEST),
                returned("400-thought-signature-corrupted.json", FailureKind.INVALID_REQUEST, REQUEST),
                retries("503", when -> when.wire("503-high-demand.json"), FailureKind.OVERLOADED, MODEL),
                retries("500", when -> when.wire("500-internal.json"), FailureKind.SERVER_ERROR, NONE),
                retries("502 page", when -> when.body(502, "text/html", "<html>"), FailureKind.SERVER_ERROR, NONE),
                retries("504", when -> when.wire("504-deadline-exceeded.json"), FailureKind.SERVER_ERROR, NONE),
                retries("499", when -> when.wire("499-cancelled.json"), FailureKind.SERVER_ERROR, NONE),
                retries("408", when -> when.respond(408), FailureKind.SERVER_ERROR, NONE),
                retries("reset", FaultCondition::reset, FailureKind.NETWORK, NONE));
    }

    static Stream<Arguments> rowsInForms() {
        return rows().flatMap(row -> Stream.of(Form.CLIENT_SYNC, Form.CLIENT_ASYNC, Form.CLIENT_STREAM)
                .map(form -> Arguments.of(row, form)));
    }

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();
    private final RecordingListener events = new RecordingListener();
    private GeminiSimulator simulator;
    private GeminiPool pool;

    private static String secret(String name) {
        return PoolInvariants.secretOf("table-" + name);
    }

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> NAMES.forEach(name -> b.key(secret(name))));
        pool = invariants.pool(simulator, b -> {
            b.project(new Project("a", "x", 0, 1)).project(new Project("b", "x", 0, 1));
            NAMES.forEach(name -> b.key(ApiKey.of(secret(name)).named(name).inProject(name.substring(0, 1))));
            b.timeSource(time)
                    .settings(b.settings()
                            .withSelection(Selection.ROUND_ROBIN)
                            .withRetry(new RetrySettings(3, BACK_OFF, 2, Duration.ofSeconds(10), 0, 1)))
                    .listener(events);
        });
    }

    private List<String> askedFrom(int from) {
        List<RequestRecord> requests = simulator.requests();
        return requests.subList(from, requests.size()).stream()
                .map(request -> NAMES.stream()
                        .filter(name -> secret(name).equals(request.key()))
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    private List<String> ask(Form form, int times) {
        int from = simulator.requests().size();
        for (int i = 0; i < times; i++) {
            assertThat(form.ask(pool, "m", "Hi")).isNotEmpty();
        }
        return askedFrom(from);
    }

    @ParameterizedTest(name = "{0} {1}")
    @Tag("once") // Other tests cover responses on OkHttp 5.
    @MethodSource("rowsInForms")
    void holds(Row row, Form form) throws Exception {
        simulator.fault(row.fault().apply(Fault.when().key(secret("a1")).first(1)));

        CompletableFuture<@Nullable String> call =
                CompletableFuture.supplyAsync(() -> form.ask(pool, "m", "Why?"), task -> new Thread(task).start());
        Throwable thrown = call.handle((answer, e) -> e).get(30, TimeUnit.SECONDS);

        assertThat(askedFrom(0)).isEqualTo(row.asked());
        if (row.answered()) {
            assertThat(thrown).isNull();
            assertThat(call.join()).contains("Why?");
        } else {
            assertThat(root(thrown)).isInstanceOf(ApiException.class);
        }
        checkEvents(row);
        checkStats(row);
        checkDurationOfTheExclusion(row, form);
    }

    private static @Nullable Throwable root(@Nullable Throwable e) {
        return e instanceof CompletionException && e.getCause() != null ? root(e.getCause()) : e;
    }

    private void checkEvents(Row row) {
        AttemptEnded first = events.events(AttemptEnded.class).get(0);
        assertThat(first.key()).isEqualTo("a1");
        Failure failure = Objects.requireNonNull(first.failure());
        assertThat(failure.kind()).isEqualTo(row.kind());
        assertThat(failure.scope()).isEqualTo(row.scope());
        assertThat(failure.reason()).isNotBlank();
        assertThat(events.events(AttemptEnded.class)).hasSize(row.asked().size());
        assertThat(events.events(CallEnded.class)).singleElement().satisfies(ended -> {
            assertThat(ended.outcome())
                    .isEqualTo(row.answered() ? CallEnded.Outcome.SUCCESS : CallEnded.Outcome.FAILURE);
            assertThat(ended.attempts()).isEqualTo(row.asked().size());
        });
        Duration leftAlone = row.leftAlone();
        if (leftAlone == null) {
            assertThat(events.events(ScopeExcluded.class)).isEmpty();
            return;
        }
        Instant until = leftAlone.equals(NEVER) ? null : time.now().plus(leftAlone);
        assertThat(events.events(ScopeExcluded.class)).containsExactly(new ScopeExcluded(row.scope(), until, failure));
        assertThat(events.events(KeyLeaked.class)).hasSize(row.name().contains("leaked") ? 1 : 0);
    }

    private void checkStats(Row row) {
        boolean keysFault = row.kind() == FailureKind.KEY_REJECTED || row.kind() == FailureKind.PROJECT_REJECTED;
        assertThat(pool.keyStats().keys().get(0)).satisfies(key -> {
            assertThat(key.attempts().failures()).containsOnlyKeys(row.kind());
            assertThat(key.errorRate()).isEqualTo(keysFault ? 1 : 0);
        });
        assertThat(pool.keyStats().keys().subList(1, 4))
                .allSatisfy(key -> assertThat(key.attempts().failures()).isEmpty());
        if (row.scope().equals(PROJECT_MODEL)) {
            // The project still serves other models.
            int from = simulator.requests().size();
            for (int i = 0; i < 4; i++) {
                Form.CLIENT_SYNC.ask(pool, "other", "Hi");
            }
            assertThat(askedFrom(from)).containsExactlyInAnyOrder("a1", "a2", "b", "c");
        }
    }

    private void checkDurationOfTheExclusion(Row row, Form form) {
        List<String> concerned = concerned(row.scope());
        Duration leftAlone = row.leftAlone();
        if (leftAlone == null) {
            assertThat(ask(form, 4)).containsExactlyInAnyOrderElementsOf(NAMES);
            return;
        }
        List<String> others = new ArrayList<>(NAMES);
        others.removeAll(concerned);
        assertThat(ask(form, 4)).isSubsetOf(others);
        time.advance(leftAlone.minusMillis(1));
        assertThat(ask(form, 4)).as("just before").isSubsetOf(others);
        time.advance(Duration.ofMillis(1));
        // A failure that a free probe can check is checked without a call.
        Eventually.await("probes", () -> PoolProbe.isUpToDate(pool));
        if (leftAlone.equals(NEVER)) {
            assertThat(ask(form, 4)).as("ever after").isSubsetOf(others);
        } else {
            assertThat(ask(form, 4)).as("just after").containsAll(concerned);
        }
    }

    private static List<String> concerned(Scope scope) {
        return scope.equals(KEY)
                ? List.of("a1")
                : scope.equals(ACCOUNT) ? List.of("a1", "a2", "b") : List.of("a1", "a2");
    }

    static Stream<Arguments> errorsInStreams() {
        return Arrays.stream(Framing.values())
                .flatMap(framing -> Stream.of(
                                "429-free-tpm.json", "400-api-key-invalid.json", "402-prepay-depleted.json")
                        .map(body -> Arguments.of(framing, body)));
    }

    @ParameterizedTest
    @MethodSource("errorsInStreams")
    void anErrorBeforeAStreamsFirstEventIsLikeAnyOther(Framing framing, String body) {
        simulator.fault(Fault.when().key(secret("a1")).first(1).errorInStream(0, framing, body));
        Row row = rows().filter(any -> any.name().equals(body)).findFirst().orElseThrow();

        assertThat(Form.CLIENT_STREAM.ask(pool, "m", "Why?")).contains("Why?");

        assertThat(askedFrom(0)).isEqualTo(row.asked());
        checkEvents(row);
        checkDurationOfTheExclusion(row, Form.CLIENT_STREAM);
    }

    @ParameterizedTest
    @MethodSource("errorsInStreams")
    void anErrorAfterAStreamsFirstEventIsHandedToTheCaller(Framing framing, String body) {
        simulator.fault(Fault.when().key(secret("a1")).first(1).errorInStream(2, framing, body));
        Row row = rows().filter(any -> any.name().equals(body)).findFirst().orElseThrow();
        List<String> parts = new ArrayList<>();
        Throwable thrown = null;

        try {
            pool.client()
                    .models
                    .generateContentStream("m", "Tell me a very long story about the sky", null)
                    .forEach(part -> parts.add(String.valueOf(part.text())));
        } catch (ApiException | GenAiIOException e) {
            thrown = e;
        }

        assertThat(thrown).isInstanceOf(ApiException.class);
        assertThat(parts).as("what came before").hasSize(2).doesNotHaveDuplicates();
        assertThat(askedFrom(0)).containsExactly("a1");
        assertThat(events.events(ScopeExcluded.class))
                .as("it is not used again before its time all the same")
                .extracting(ScopeExcluded::scope)
                .containsExactly(row.scope());
    }
}
