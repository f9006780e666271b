package io.github.geminipool.internal.wire;

import static io.github.geminipool.internal.wire.ErrorBodies.ATTEMPT;
import static io.github.geminipool.internal.wire.ErrorBodies.NOW;
import static io.github.geminipool.internal.wire.ErrorBodies.file;
import static io.github.geminipool.internal.wire.ErrorBodies.files;
import static io.github.geminipool.internal.wire.ErrorBodies.in;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Errors in bodies that are damaged or unusual. The property {@code damaged.bodies} is the number of randomly damaged ones.
 */
@Tag("volume")
class DamagedErrorsTest {

    private static final int BODIES = Integer.getInteger("damaged.bodies", 20_000);

    private static final FailureKind[] KINDS = {
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

    private static final String DAY = """
        {"error":{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED","details":[
         {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[
          {"quotaId":"GenerateRequestsPerMinutePerProjectPerModel","quotaValue":"10"},
          {"quotaId":"GenerateRequestsPerDayPerProjectPerModel","quotaValue":"250"}]},
         {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3s"}]}}\
        """;

    private FailureKind kind(String body) {
        return ErrorClassifier.classify(429, body, ATTEMPT).kind();
    }

    @Test
    void theLongestOfSeveralQuotasDecides() {
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
    void aBodyInTheMessageIsUnwrapped() throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        String nested = DAY;
        for (int depth = 1; depth <= 3; depth++) {
            nested = "{\"error\":{\"code\":429,\"message\":" + json.writeValueAsString(nested) + "}}";
            assertThat(kind(nested)).as("depth %s", depth).isEqualTo(FailureKind.DAILY_QUOTA_EXHAUSTED);
        }
    }

    @Test
    void anUnknownQuotaIsTreatedAsPerMinute() {
        String body = DAY.replace("PerDay", "PerFortnight");
        Failure failure = ErrorClassifier.classify(429, body, ATTEMPT);

        assertThat(failure.kind()).isEqualTo(FailureKind.RATE_LIMITED);
        assertThat(failure.until()).isEqualTo(in(3));
    }

    @Test
    void aQuotaPerMinuteWithoutADelayTakesAMinute() {
        String body = DAY.replace("PerDay", "PerMinute").replace("RetryInfo", "Help");

        assertThat(ErrorClassifier.classify(429, body, ATTEMPT).until()).isEqualTo(in(60));
    }

    @Test
    void aDelayOfZeroTakesASecond() {
        String body = DAY.replace("PerDay", "PerMinute").replace("\"3s\"", "\"0s\"");

        assertThat(ErrorClassifier.classify(429, body, ATTEMPT).until()).isEqualTo(in(1));
    }

    @Test
    void anUnreadableDelayTakesAMinute() {
        String body = DAY.replace("PerDay", "PerMinute").replace("\"3s\"", "\"soon\"");

        assertThat(ErrorClassifier.classify(429, body, ATTEMPT).until()).isEqualTo(in(60));
    }

    @Test
    void aQuotaWithoutAValueIsZero() {
        assertThat(kind(DAY.replace(",\"quotaValue\":\"250\"", ""))).isEqualTo(FailureKind.NOT_ENTITLED);
        assertThat(kind(DAY.replace("\"250\"", "\"0\""))).isEqualTo(FailureKind.NOT_ENTITLED);
        assertThat(kind(DAY.replace("\"250\"", "0"))).isEqualTo(FailureKind.NOT_ENTITLED);
    }

    @Test
    void theDelayOfASpendingRateIsAtLeastAMinute() {
        String body = DAY.replace("You exceeded your current quota", "You exceeded your spend-based rate limit");

        assertThat(ErrorClassifier.classify(429, body, ATTEMPT).until()).isEqualTo(in(60));
        assertThat(ErrorClassifier.classify(429, body.replace("\"3s\"", "\"90s\""), ATTEMPT)
                        .until())
                .isEqualTo(in(90));
    }

    @Test
    void depletedCreditIsRecognizedWithStatus429Too() throws IOException {
        String body = file("402-prepay-depleted.json").replace("402", "429");

        Failure failure = ErrorClassifier.classify(429, body, ATTEMPT);

        assertThat(failure.kind()).isEqualTo(FailureKind.BILLING);
        assertThat(failure.scope()).isEqualTo(new Scope.BillingAccount("account"));
    }

    @Test
    void everyKeyRestrictionIsLasting() throws IOException {
        String body = file("403-api-key-service-blocked.json");
        for (String reason : List.of("HTTP_REFERRER", "IP_ADDRESS", "ANDROID_APP", "IOS_APP")) {
            Failure failure = ErrorClassifier.classify(403, body.replace("KEY_SERVICE", "KEY_" + reason), ATTEMPT);
            assertThat(failure.kind()).isEqualTo(FailureKind.KEY_REJECTED);
            assertThat(failure.lasting()).isTrue();
        }
    }

    @Test
    void aDisabledServiceConcernsTheProject() throws IOException {
        String body = file("403-consumer-suspended.json")
                .replace("CONSUMER_SUSPENDED", "SERVICE_DISABLED")
                .replace("suspended", "left alone");

        assertThat(ErrorClassifier.classify(403, body, ATTEMPT).kind()).isEqualTo(FailureKind.PROJECT_REJECTED);
    }

    @Test
    void endlessNestingIsNotJson() {
        for (String bracket : List.of("[", "{\"error\":", "{\"error\":{\"details\":[")) {
            Failure failure = ErrorClassifier.classify(503, bracket.repeat(30_000), ATTEMPT);
            assertThat(failure.kind()).isEqualTo(FailureKind.OVERLOADED);
        }
    }

    @Test
    void reasonsHaveNoControlCharactersAndLimitedLength() {
        String said = "a\r\nb\tc\u0000d\u001b[31me\u2028f\u202eg\u009fh" + "x".repeat(100_000);
        String body = "{\"error\":{\"code\":400,\"message\":\""
                + said.replace("\r", "\\r")
                        .replace("\n", "\\n")
                        .replace("\t", "\\t")
                        .replace("\u0000", "\\u0000")
                        .replace("\u001b", "\\u001b")
                + "\"}}";

        assertSafe(ErrorClassifier.classify(400, body, ATTEMPT), body);
        assertSafe(ErrorClassifier.classify(400, said, ATTEMPT), said);
        assertThat(ErrorClassifier.classify(400, body, ATTEMPT).reason()).contains("a  b c d [31me f g h");
    }

    private static void assertSafe(Failure failure, String body) {
        assertThat(failure.reason()).isNotBlank().hasSizeLessThanOrEqualTo(200);
        assertThat(failure.reason().chars().noneMatch(DamagedErrorsTest::isUnsafe))
                .as("control characters in the reason for %s", body)
                .isTrue();
        if (failure.until() != null) {
            assertThat(failure.until()).isAfter(NOW);
        }
    }

    private static boolean isUnsafe(int c) {
        return Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.LINE_SEPARATOR
                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
    }

    /** Bodies truncated, with bits flipped, nested, repeated and retyped. */
    @Test
    void randomlyDamagedBodiesAreJudged() throws IOException {
        List<String> bodies = new ArrayList<>();
        for (String name : files()) {
            bodies.add(file(name));
        }
        int[] statuses = {302, 400, 401, 402, 403, 404, 408, 413, 429, 429, 429, 499, 500, 502, 503, 504, 599};
        JsonMapper json = JsonMapper.builder().build();
        Map<FailureKind, Integer> kinds = new TreeMap<>();
        Map<FailureCause, Set<String>> wordings = new TreeMap<>();
        for (int seed = 0; seed < BODIES; seed++) {
            Random random = new Random(seed);
            String body = bodies.get(random.nextInt(bodies.size()));
            int status = statuses[random.nextInt(statuses.length)];
            for (int i = 0; i <= random.nextInt(3); i++) {
                body = damaged(body, random, json);
            }
            try {
                Failure failure = ErrorClassifier.classify(status, body, ATTEMPT);
                assertSafe(failure, body);
                if (seed % 4 == 0) {
                    assertSafe(ErrorClassifier.readInStream(body, ATTEMPT).failure(), body);
                }
                kinds.merge(failure.kind(), 1, Integer::sum);
                wordings.computeIfAbsent(failure.cause(), any -> new TreeSet<>())
                        .add(wordingOf(failure));
            } catch (RuntimeException | AssertionError | StackOverflowError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        // If damage hid what a body says, all of 429 would be judged as overload.
        assertThat(kinds).containsOnlyKeys(KINDS);
        assertThat(kinds.get(FailureKind.DAILY_QUOTA_EXHAUSTED)).isGreaterThan(BODIES / 200);
        assertThat(wordings).hasSizeGreaterThan(KINDS.length).doesNotContainKey(FailureCause.UNSPECIFIED);
        assertThat(wordings.values()).as("each cause has one wording").allMatch(words -> words.size() == 1);
        assertThat(wordings.values().stream().flatMap(Set::stream))
                .as("each wording has one cause")
                .doesNotHaveDuplicates();
    }

    /** The pool's words, without the quotation of Google's. */
    private static String wordingOf(Failure failure) {
        String own = failure.reason().substring(0, failure.reason().indexOf(" ("));
        int version = own.indexOf(" at API version ");
        return version < 0 ? own : own.substring(0, version);
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

    /** Replaces a value by one of another type. */
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
}
