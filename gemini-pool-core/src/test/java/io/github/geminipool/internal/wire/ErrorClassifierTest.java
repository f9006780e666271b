package io.github.geminipool.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PacificDay;
import io.github.geminipool.internal.wire.ErrorClassifier.Asked;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorClassifierTest {

    private static final Instant NOW = Instant.parse("2026-10-15T12:00:00Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-10-16T07:00:00Z");
    private static final Asked ASKED = new Asked("Key #1", "project", "account", "model", NOW);

    private static final Scope KEY = new Scope.Key("Key #1");
    private static final Scope PROJECT = new Scope.Project("project");
    private static final Scope PROJECT_MODEL = new Scope.ProjectModel("project", "model");
    private static final Scope ACCOUNT = new Scope.BillingAccount("account");
    private static final Scope MODEL = new Scope.Model("model");
    private static final Scope EGRESS = new Scope.Egress();
    private static final Scope REQUEST = new Scope.Request();
    private static final Scope NONE = new Scope.None();

    private static final int MUTATIONS = 100_000;

    private static final FailureKind[] POSSIBLE = {
        FailureKind.RATE_LIMITED,
        FailureKind.DAILY_QUOTA_EXHAUSTED,
        FailureKind.NOT_ENTITLED,
        FailureKind.OVERLOADED,
        FailureKind.BILLING,
        FailureKind.KEY_REJECTED,
        FailureKind.PROJECT_REJECTED,
        FailureKind.EGRESS_BLOCKED,
        FailureKind.WRONG_PROJECT,
        FailureKind.INVALID_REQUEST,
        FailureKind.SERVER_ERROR
    };

    /** Files that hold no error body. */
    private static final Set<String> NO_ERRORS = Set.of(
            "INDEX.md",
            "200-finish-blocklist.json",
            "200-prompt-blocked.json",
            "200-stop-without-parts.json",
            "interactions-sse-error-event.txt",
            "live-close-frames.json",
            "sse-midstream-error.bare-json.txt",
            "sse-normal.txt");

    private static Path wire() {
        try {
            return Path.of(Objects.requireNonNull(ErrorClassifierTest.class.getResource("/wire"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static String file(String name) throws IOException {
        String text = Files.readString(wire().resolve(name));
        JsonNode json = name.endsWith(".json") ? JsonMapper.builder().build().readTree(text) : null;
        // One file is a log's line around the body.
        return json != null && json.has("body") ? json.path("body").toString() : text;
    }

    private static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(wire())) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static Instant in(double seconds) {
        return NOW.plusNanos(Math.round(seconds * 1e9));
    }

    private static Arguments expect(
            String file, FailureKind kind, FailureCause cause, Scope scope, @Nullable Instant until) {
        return Arguments.of(file, kind, cause, scope, until, false);
    }

    private static Arguments lasting(String file, FailureKind kind, FailureCause cause, Scope scope) {
        return Arguments.of(file, kind, cause, scope, null, true);
    }

    static List<Arguments> verdicts() {
        return List.of(
                expect(
                        "302-or-html-automated-queries.txt",
                        FailureKind.EGRESS_BLOCKED,
                        FailureCause.AUTOMATED_TRAFFIC,
                        EGRESS,
                        null),
                expect("400-api-key-expired.json", FailureKind.KEY_REJECTED, FailureCause.KEY_INVALID, KEY, null),
                expect("400-api-key-invalid.json", FailureKind.KEY_REJECTED, FailureCause.KEY_INVALID, KEY, null),
                expect(
                        "400-thought-signature-corrupted.json",
                        FailureKind.INVALID_REQUEST,
                        FailureCause.REQUEST_INVALID,
                        REQUEST,
                        null),
                expect(
                        "400-thought-signature-missing.array-wrapped.json",
                        FailureKind.INVALID_REQUEST,
                        FailureCause.REQUEST_INVALID,
                        REQUEST,
                        null),
                expect(
                        "400-user-location.json",
                        FailureKind.EGRESS_BLOCKED,
                        FailureCause.LOCATION_UNSUPPORTED,
                        EGRESS,
                        null),
                expect(
                        "401-access-token-type-unsupported.json",
                        FailureKind.KEY_REJECTED,
                        FailureCause.KEY_INVALID,
                        KEY,
                        null),
                expect("402-prepay-depleted.json", FailureKind.BILLING, FailureCause.CREDIT_DEPLETED, ACCOUNT, null),
                lasting("403-api-key-service-blocked.json", FailureKind.KEY_REJECTED, FailureCause.KEY_RESTRICTED, KEY),
                expect(
                        "403-cached-content-missing.json",
                        FailureKind.WRONG_PROJECT,
                        FailureCause.RESOURCE_NOT_FOUND,
                        REQUEST,
                        null),
                expect(
                        "403-consumer-suspended.json",
                        FailureKind.PROJECT_REJECTED,
                        FailureCause.PROJECT_SUSPENDED,
                        PROJECT,
                        null),
                expect(
                        "403-file-of-another-project.json",
                        FailureKind.WRONG_PROJECT,
                        FailureCause.RESOURCE_NOT_FOUND,
                        REQUEST,
                        null),
                lasting("403-key-reported-leaked.json", FailureKind.KEY_REJECTED, FailureCause.KEY_LEAKED, KEY),
                expect(
                        "403-project-denied.json",
                        FailureKind.PROJECT_REJECTED,
                        FailureCause.PROJECT_SUSPENDED,
                        PROJECT,
                        null),
                expect(
                        "404-model-closed-to-new-projects.json",
                        FailureKind.NOT_ENTITLED,
                        FailureCause.MODEL_CLOSED,
                        PROJECT_MODEL,
                        NOW.plus(Duration.ofHours(24))),
                expect("404-model-not-found.json", FailureKind.INVALID_REQUEST, FailureCause.NOT_FOUND, REQUEST, null),
                expect(
                        "429-free-rpd-with-36s-retrydelay.json",
                        FailureKind.DAILY_QUOTA_EXHAUSTED,
                        FailureCause.DAILY_QUOTA,
                        PROJECT_MODEL,
                        MIDNIGHT),
                expect("429-free-tpm.json", FailureKind.RATE_LIMITED, FailureCause.MINUTE_QUOTA, PROJECT_MODEL, in(26)),
                expect(
                        "429-limit-0.json",
                        FailureKind.NOT_ENTITLED,
                        FailureCause.NO_QUOTA,
                        PROJECT_MODEL,
                        NOW.plus(Duration.ofHours(24))),
                expect(
                        "429-monthly-spending-cap.json",
                        FailureKind.BILLING,
                        FailureCause.PROJECT_SPENDING_CAP,
                        PROJECT,
                        null),
                expect("429-no-details.json", FailureKind.OVERLOADED, FailureCause.MODEL_OVERLOADED, MODEL, null),
                expect(
                        "429-paid-tpm-debuginfo.json",
                        FailureKind.RATE_LIMITED,
                        FailureCause.MINUTE_QUOTA,
                        PROJECT_MODEL,
                        in(40)),
                expect("429-spend-based.json", FailureKind.BILLING, FailureCause.SPENDING_RATE, ACCOUNT, in(60)),
                expect("499-cancelled.json", FailureKind.SERVER_ERROR, FailureCause.REQUEST_ABORTED, NONE, null),
                expect("500-internal.json", FailureKind.SERVER_ERROR, FailureCause.SERVER_ERROR, NONE, null),
                expect("503-high-demand.json", FailureKind.OVERLOADED, FailureCause.MODEL_OVERLOADED, MODEL, null),
                expect("504-deadline-exceeded.json", FailureKind.SERVER_ERROR, FailureCause.SERVER_ERROR, NONE, null),
                expect(
                        "interactions-400-invalid-request.json",
                        FailureKind.INVALID_REQUEST,
                        FailureCause.REQUEST_INVALID,
                        REQUEST,
                        null));
    }

    private static int statusOf(String file) {
        return Integer.parseInt(file.replace("interactions-", "").substring(0, 3));
    }

    @ParameterizedTest
    @MethodSource("verdicts")
    void everyBodyGetsItsVerdict(
            String file, FailureKind kind, FailureCause cause, Scope scope, @Nullable Instant until, boolean isLasting)
            throws IOException {
        int status = statusOf(file);

        Failure failure = ErrorClassifier.classify(status, file(file), ASKED);

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.cause()).isEqualTo(cause);
        assertThat(failure.scope()).isEqualTo(scope);
        assertThat(failure.until()).isEqualTo(until);
        assertThat(failure.lasting()).isEqualTo(isLasting);
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.reason()).contains("(" + status + ": ");
    }

    @ParameterizedTest
    @MethodSource("verdicts")
    void theSameBodyInAStreamGetsTheSameVerdict(
            String file, FailureKind kind, FailureCause cause, Scope scope, @Nullable Instant until, boolean isLasting)
            throws IOException {
        if (file.startsWith("302")) {
            return;
        }

        Failure failure = ErrorClassifier.classifyInStream(file(file), ASKED);

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.cause()).isEqualTo(cause);
        assertThat(failure.scope()).isEqualTo(scope);
        assertThat(failure.until()).isEqualTo(until);
        assertThat(failure.lasting()).isEqualTo(isLasting);
        assertThat(failure.status()).isEqualTo(statusOf(file));
    }

    @Test
    void noFileIsLeftOut() throws IOException {
        List<String> judged =
                verdicts().stream().map(row -> (String) row.get()[0]).toList();

        assertThat(files())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(judged.stream(), NO_ERRORS.stream()).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 403, 429, 503})
    void thePageAboutAutomatedQueriesIsKnownByItsWords(int status) throws IOException {
        Failure failure = ErrorClassifier.classify(status, file("302-or-html-automated-queries.txt"), ASKED);

        assertThat(failure.kind()).isEqualTo(FailureKind.EGRESS_BLOCKED);
        assertThat(failure.scope()).isEqualTo(EGRESS);
    }

    @ParameterizedTest
    @CsvSource({
        "rate_limit_exceeded, 429, RATE_LIMITED",
        "quota_exceeded,      429, DAILY_QUOTA_EXHAUSTED",
        "too_many_requests,   429, OVERLOADED",
        "authentication,      401, KEY_REJECTED",
        "payment_required,    402, BILLING",
        "permission_denied,   403, INVALID_REQUEST",
        "model_not_found,     404, INVALID_REQUEST",
        "not_found,           404, INVALID_REQUEST",
        "invalid_request,     400, INVALID_REQUEST",
        "api_error,           500, SERVER_ERROR",
        "service_unavailable, 503, OVERLOADED",
        "deadline_exceeded,   504, SERVER_ERROR",
        "cancelled,           499, SERVER_ERROR",
    })
    void theCodesOfTheInteractionsApiAreTexts(String code, int status, FailureKind kind) {
        String body = "{\"error\":{\"code\":\"" + code + "\",\"message\":\"said\"}}";

        assertThat(ErrorClassifier.classify(status, body, ASKED).kind()).isEqualTo(kind);
        Failure inStream = ErrorClassifier.classifyInStream(
                body.replace("{\"error\"", "{\"event_type\":\"error\",\"error\""), ASKED);
        assertThat(inStream.kind()).isEqualTo(kind);
        assertThat(inStream.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "400, INVALID_REQUEST",
        "401, KEY_REJECTED",
        "402, BILLING",
        "403, INVALID_REQUEST",
        "404, INVALID_REQUEST",
        "408, SERVER_ERROR",
        "409, INVALID_REQUEST",
        "413, INVALID_REQUEST",
        "416, INVALID_REQUEST",
        "418, INVALID_REQUEST",
        "429, OVERLOADED",
        "499, SERVER_ERROR",
        "500, SERVER_ERROR",
        "501, SERVER_ERROR",
        "502, SERVER_ERROR",
        "503, OVERLOADED",
        "504, SERVER_ERROR",
        "301, INVALID_REQUEST"
    })
    void withoutAnyBodyTheStatusDecides(int status, FailureKind kind) {
        for (String body :
                List.of("", " \r\n", "<html><body>Bad gateway</body></html>", "null", "[]", "{}", "{", "[[[")) {
            Failure failure = ErrorClassifier.classify(status, body, ASKED);
            assertThat(failure.kind()).as("%s", body).isEqualTo(kind);
            assertThat(failure.reason()).contains("(" + status);
        }
    }

    @Nested
    class DamagedBodies {

        private static final String DAY = """
                {"error":{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED","details":[
                 {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[
                  {"quotaId":"GenerateRequestsPerMinutePerProjectPerModel","quotaValue":"10"},
                  {"quotaId":"GenerateRequestsPerDayPerProjectPerModel","quotaValue":"250"}]},
                 {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3s"}]}}""";

        private FailureKind kind(String body) {
            return ErrorClassifier.classify(429, body, ASKED).kind();
        }

        @Test
        void theLongestOfSeveralViolationsWins() {
            assertThat(kind(DAY)).isEqualTo(FailureKind.DAILY_QUOTA_EXHAUSTED);
        }

        @Test
        void aBlankBeforeAtTypeIsTolerated() {
            assertThat(kind(DAY.replace("\"@type\"", "\" @type\""))).isEqualTo(FailureKind.DAILY_QUOTA_EXHAUSTED);
        }

        @Test
        void anArrayAroundTheObjectIsTolerated() {
            assertThat(kind("[" + DAY + "\n]\n")).isEqualTo(FailureKind.DAILY_QUOTA_EXHAUSTED);
        }

        @Test
        void aBodyWithinTheMessageIsUnwrapped() throws IOException {
            JsonMapper json = JsonMapper.builder().build();
            String nested = DAY;
            for (int depth = 1; depth <= 3; depth++) {
                nested = "{\"error\":{\"code\":429,\"message\":" + json.writeValueAsString(nested) + "}}";
                assertThat(kind(nested)).as("depth %s", depth).isEqualTo(FailureKind.DAILY_QUOTA_EXHAUSTED);
            }
        }

        @Test
        void unknownQuotasAreShort() {
            String body = DAY.replace("PerDay", "PerFortnight");
            Failure failure = ErrorClassifier.classify(429, body, ASKED);

            assertThat(failure.kind()).isEqualTo(FailureKind.RATE_LIMITED);
            assertThat(failure.until()).isEqualTo(in(3));
        }

        @Test
        void aQuotaOfAMinuteWithoutADelayTakesAMinute() {
            String body = DAY.replace("PerDay", "PerMinute").replace("RetryInfo", "Help");

            assertThat(ErrorClassifier.classify(429, body, ASKED).until()).isEqualTo(in(60));
        }

        @Test
        void aDelayOfNothingTakesASecond() {
            String body = DAY.replace("PerDay", "PerMinute").replace("\"3s\"", "\"0s\"");

            assertThat(ErrorClassifier.classify(429, body, ASKED).until()).isEqualTo(in(1));
        }

        @Test
        void aDelayThatIsNoneTakesAMinute() {
            String body = DAY.replace("PerDay", "PerMinute").replace("\"3s\"", "\"soon\"");

            assertThat(ErrorClassifier.classify(429, body, ASKED).until()).isEqualTo(in(60));
        }

        @Test
        void aQuotaWithoutAValueIsNone() {
            assertThat(kind(DAY.replace(",\"quotaValue\":\"250\"", ""))).isEqualTo(FailureKind.NOT_ENTITLED);
            assertThat(kind(DAY.replace("\"250\"", "\"0\""))).isEqualTo(FailureKind.NOT_ENTITLED);
            assertThat(kind(DAY.replace("\"250\"", "0"))).isEqualTo(FailureKind.NOT_ENTITLED);
        }

        @Test
        void aDelayOfTheSpendingRateIsAMinuteAtLeast() {
            String body = DAY.replace("You exceeded your current quota", "You exceeded your spend-based rate limit");

            assertThat(ErrorClassifier.classify(429, body, ASKED).until()).isEqualTo(in(60));
            assertThat(ErrorClassifier.classify(429, body.replace("\"3s\"", "\"90s\""), ASKED)
                            .until())
                    .isEqualTo(in(90));
        }

        @Test
        void oldBodiesOfDepletedCreditsCame429() throws IOException {
            String body = file("402-prepay-depleted.json").replace("402", "429");

            Failure failure = ErrorClassifier.classify(429, body, ASKED);

            assertThat(failure.kind()).isEqualTo(FailureKind.BILLING);
            assertThat(failure.scope()).isEqualTo(ACCOUNT);
        }

        @Test
        void everyRestrictionOfAKeyLasts() throws IOException {
            String body = file("403-api-key-service-blocked.json");
            for (String reason : List.of("HTTP_REFERRER", "IP_ADDRESS", "ANDROID_APP", "IOS_APP")) {
                Failure failure = ErrorClassifier.classify(403, body.replace("KEY_SERVICE", "KEY_" + reason), ASKED);
                assertThat(failure.kind()).isEqualTo(FailureKind.KEY_REJECTED);
                assertThat(failure.lasting()).isTrue();
            }
        }

        @Test
        void aDisabledServiceIsTheProjects() throws IOException {
            String body = file("403-consumer-suspended.json")
                    .replace("CONSUMER_SUSPENDED", "SERVICE_DISABLED")
                    .replace("suspended", "left alone");

            assertThat(ErrorClassifier.classify(403, body, ASKED).kind()).isEqualTo(FailureKind.PROJECT_REJECTED);
        }

        @Test
        void nestingWithoutEndIsNotJson() {
            for (String bracket : List.of("[", "{\"error\":", "{\"error\":{\"details\":[")) {
                Failure failure = ErrorClassifier.classify(503, bracket.repeat(30_000), ASKED);
                assertThat(failure.kind()).isEqualTo(FailureKind.OVERLOADED);
            }
        }

        @Test
        void controlCharactersAndLengthStayOut() {
            String said = "a\r\nb\tc\u0000d\u001b[31me\u2028f\u202eg\u009fh" + "x".repeat(100_000);
            String body = "{\"error\":{\"code\":400,\"message\":\""
                    + said.replace("\r", "\\r")
                            .replace("\n", "\\n")
                            .replace("\t", "\\t")
                            .replace("\u0000", "\\u0000")
                            .replace("\u001b", "\\u001b")
                    + "\"}}";

            assertTame(ErrorClassifier.classify(400, body, ASKED), body);
            assertTame(ErrorClassifier.classify(400, said, ASKED), said);
            assertThat(ErrorClassifier.classify(400, body, ASKED).reason()).contains("a  b c d [31me f g h");
        }
    }

    private static void assertTame(Failure failure, String body) {
        assertThat(failure.reason()).isNotBlank().hasSizeLessThanOrEqualTo(200);
        assertThat(failure.reason().chars().noneMatch(ErrorClassifierTest::isWild))
                .as("control characters in the reason for %s", body)
                .isTrue();
        if (failure.until() != null) {
            assertThat(failure.until()).isAfter(NOW);
        }
    }

    private static boolean isWild(int c) {
        return Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.LINE_SEPARATOR
                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
    }

    /** Bodies cut, with bits flipped, nested, repeated and of other types: whatever comes, there is a verdict. */
    @Test
    void aHundredThousandDamagedBodiesAreJudged() throws IOException {
        List<String> bodies = new ArrayList<>();
        for (String name : files()) {
            bodies.add(file(name));
        }
        int[] statuses = {302, 400, 401, 402, 403, 404, 408, 413, 429, 429, 429, 499, 500, 502, 503, 504, 599};
        JsonMapper json = JsonMapper.builder().build();
        Map<FailureKind, Integer> verdicts = new TreeMap<>();
        Map<FailureCause, Set<String>> wordings = new TreeMap<>();
        for (int seed = 0; seed < MUTATIONS; seed++) {
            Random random = new Random(seed);
            String body = bodies.get(random.nextInt(bodies.size()));
            int status = statuses[random.nextInt(statuses.length)];
            for (int i = 0; i <= random.nextInt(3); i++) {
                body = damaged(body, random, json);
            }
            try {
                Failure failure = ErrorClassifier.classify(status, body, ASKED);
                assertTame(failure, body);
                if (seed % 4 == 0) {
                    assertTame(ErrorClassifier.classifyInStream(body, ASKED), body);
                }
                verdicts.merge(failure.kind(), 1, Integer::sum);
                wordings.computeIfAbsent(failure.cause(), any -> new TreeSet<>())
                        .add(wordingOf(failure));
            } catch (RuntimeException | AssertionError | StackOverflowError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        System.out.println(MUTATIONS + " damaged bodies judged: " + verdicts);
        // A third of the statuses is 429: were damage to hide what a body says, these would all be overload.
        assertThat(verdicts).containsOnlyKeys(POSSIBLE);
        assertThat(verdicts.get(FailureKind.DAILY_QUOTA_EXHAUSTED)).isGreaterThan(MUTATIONS / 200);
        assertThat(wordings).hasSizeGreaterThan(POSSIBLE.length).doesNotContainKey(FailureCause.UNSPECIFIED);
        assertThat(wordings.values()).as("each cause has one wording").allMatch(words -> words.size() == 1);
        assertThat(wordings.values().stream().flatMap(Set::stream))
                .as("each wording has one cause")
                .doesNotHaveDuplicates();
    }

    /** The pool's words, without the quotation of Google's. */
    private static String wordingOf(Failure failure) {
        return failure.reason().substring(0, failure.reason().indexOf(" ("));
    }

    private static String damaged(String body, Random random, JsonMapper json) throws IOException {
        if (body.isEmpty()) {
            return body;
        }
        int at = random.nextInt(body.length());
        int end = at + random.nextInt(body.length() - at);
        return switch (random.nextInt(8)) {
            case 7 -> retyped(body, random);
            case 0 -> body.substring(0, at);
            case 1 ->
                body.substring(0, at) + (char) (body.charAt(at) ^ (1 << random.nextInt(8))) + body.substring(at + 1);
            case 2 -> body.substring(0, at) + (char) random.nextInt(0x10000) + body.substring(at);
            case 3 -> "{\"error\":{\"code\":429,\"message\":" + json.writeValueAsString(body) + "}}";
            case 4 -> "[".repeat(random.nextInt(20)) + body;
            case 5 -> body.substring(0, end) + body.substring(at, end).repeat(random.nextInt(10)) + body.substring(end);
            default -> body.substring(0, at) + body.substring(end);
        };
    }

    /** A value becomes one of another type. */
    private static String retyped(String body, Random random) {
        String[] values = {"null", "true", "-1", "1e999", "[]", "{}", "\"\"", "[[{}]]", "\"0\"", "99999999999999999999"
        };
        int colon = body.indexOf(':', random.nextInt(body.length()));
        int end = colon < 0 ? -1 : colon + 1;
        while (end >= 0 && end < body.length() && ",}]\n".indexOf(body.charAt(end)) < 0) {
            end++;
        }
        return colon < 0
                ? body
                : body.substring(0, colon + 1) + values[random.nextInt(values.length)] + body.substring(end);
    }

    @Nested
    class PacificMidnight {

        @ParameterizedTest
        @CsvSource({
            "2026-10-15T12:00:00Z, 2026-10-16T07:00:00Z",
            "2026-10-16T06:59:59.999999999Z, 2026-10-16T07:00:00Z",
            "2026-10-16T07:00:00Z, 2026-10-17T07:00:00Z",
            "2026-01-15T12:00:00Z, 2026-01-16T08:00:00Z",
            // Clocks go forward on 8 March 2026: that day has 23 hours.
            "2026-03-08T08:00:00Z, 2026-03-09T07:00:00Z",
            "2026-03-08T07:59:59Z, 2026-03-08T08:00:00Z",
            // And back on 1 November 2026: 25 hours.
            "2026-11-01T07:00:00Z, 2026-11-02T08:00:00Z",
            "2026-11-01T09:30:00Z, 2026-11-02T08:00:00Z",
            "2026-12-31T23:00:00Z, 2027-01-01T08:00:00Z",
        })
        void isTheNextOneOfTheCoastsCalendar(Instant now, Instant midnight) {
            assertThat(PacificDay.endAfter(now)).isEqualTo(midnight);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "403, The caller does not have permission,                              WRONG_PROJECT,    INVALID_REQUEST",
        "404, Requested entity was not found.,                                  WRONG_PROJECT,    INVALID_REQUEST",
        "404, Interaction not found.,                                           WRONG_PROJECT,    WRONG_PROJECT",
        "404, models/m is not found for API version v1beta,                     INVALID_REQUEST,  INVALID_REQUEST",
        "403, Consumer has been suspended.,                                     PROJECT_REJECTED, PROJECT_REJECTED",
        "400, The page token is not valid.,                                     INVALID_REQUEST,  INVALID_REQUEST",
    })
    void whatIsNotThereIsTheResourceThatTheRequestNames(
            int status, String message, FailureKind ofResource, FailureKind otherwise) {
        Asked naming = new Asked("Key #1", "project", "account", "model", NOW, true);
        String body = "{\"error\":{\"code\":" + status + ",\"message\":\"" + message + "\"}}";

        Failure failure = ErrorClassifier.classify(status, body, naming);

        assertThat(failure.kind()).isEqualTo(ofResource);
        assertThat(failure.scope())
                .isEqualTo(ofResource == FailureKind.PROJECT_REJECTED ? PROJECT : new Scope.Request());
        assertThat(ErrorClassifier.classify(status, body, ASKED).kind()).isEqualTo(otherwise);
    }
}
