package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerScanTest {

    private static final String CANDIDATE = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"%s\"}]}}]";

    static IntStream sizes() {
        return IntStream.rangeClosed(1, 17);
    }

    /** Returns the facts of a response that passes in chunks, each behind what its reader left in the buffer. */
    private static @Nullable ResponseFacts facts(String response, int size, String leftInBuffer) throws IOException {
        AnswerScan scan = new AnswerScan("asked", null);
        byte[] bytes = response.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += size) {
            int count = Math.min(size, bytes.length - at);
            scan.passed(new Buffer().writeUtf8(leftInBuffer).write(bytes, at, count), count);
        }
        return scan.facts();
    }

    private static @Nullable ResponseFacts facts(String response, int size) throws IOException {
        return facts(response, size, "");
    }

    private static long inputTokens(@Nullable ResponseFacts facts) {
        return facts == null || facts.tokens() == null ? -1 : facts.tokens().input();
    }

    private static long inputTokens(String response, int size) throws IOException {
        return inputTokens(facts(response, size));
    }

    private static String usage(String count) {
        return CANDIDATE.formatted("Hi") + ",\"usageMetadata\":{\"promptTokenCount\":" + count
                + ",\"totalTokenCount\":99,\"promptTokensDetails\":[{\"tokenCount\":7}]}}";
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void findsACountInChunksOfAnySize(int size) throws IOException {
        assertThat(inputTokens(usage("1234567"), size)).isEqualTo(1_234_567);
        assertThat(inputTokens(usage("0"), size)).isZero();
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void findsACountInPrettyPrintedJson(int size) throws IOException {
        String json = "{\n  \"usageMetadata\" : {\r\n    \"promptTokenCount\" :\t 42\n  }\n}";
        assertThat(inputTokens(json, size)).isEqualTo(42);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void theLastCountOfAStreamCounts(int size) throws IOException {
        String stream = "data: " + usage("5") + "\r\n\r\ndata: " + usage("17") + "\r\n\r\ndata: "
                + CANDIDATE.formatted("no usage") + "}\r\n\r\n";
        assertThat(inputTokens(stream, size)).isEqualTo(17);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void ignoresNamesQuotedInAText(int size) throws IOException {
        String quote = CANDIDATE.formatted("{\\\"promptTokenCount\\\": 5}");
        assertThat(inputTokens(quote + "}", size)).isEqualTo(-1);
        assertThat(inputTokens(quote + ",\"promptTokenCount\":6}", size)).isEqualTo(6);
        assertThat(inputTokens("{\"a \\\"promptTokenCount\": 5}", size)).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aTextThatEndsWithABackslashEndsThere(int size) throws IOException {
        for (String text : new String[] {"\\\\", "C:\\\\", "\\\\\\\\", "\\\\\\\"\\\\", "12345678\\\\"}) {
            String json = CANDIDATE.formatted(text) + ",\"promptTokenCount\":6}";
            assertThat(inputTokens(json, size)).as(text).isEqualTo(6);
        }
        assertThat(inputTokens(CANDIDATE.formatted("\\\\\\\",\\\"promptTokenCount\\\":5") + "}", size))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void ignoresValuesThatLookLikeNames(int size) throws IOException {
        assertThat(inputTokens("[\"promptTokenCount\", 5]", size)).isEqualTo(-1);
        assertThat(inputTokens("{\"of\":\"promptTokenCount\",\"promptTokenCount\":5}", size))
                .isEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void ignoresSimilarNames(int size) throws IOException {
        assertThat(inputTokens("{\"promptTokenCounts\":5}", size)).isEqualTo(-1);
        assertThat(inputTokens("{\"prompt\"promptToken\"promptTokenCount\":5}", size))
                .isEqualTo(5);
        assertThat(inputTokens("{\"prompt_token_count\":5}", size)).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void ignoresValuesThatAreNotCounts(int size) throws IOException {
        String counted = usage("8");
        for (String other : new String[] {"-5", "null", "\"5\"", "5.5", "5e3", "1234567890123456789", "[5]"}) {
            assertThat(inputTokens(counted + usage(other), size)).as(other).isEqualTo(8);
        }
        assertThat(inputTokens(usage("123456789012345678"), size)).isEqualTo(123_456_789_012_345_678L);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void readsOnlyTheBytesThatHavePassed(int size) throws IOException {
        assertThat(inputTokens(facts(usage("21"), size, "{\"promptTokenCount\":3,\\")))
                .isEqualTo(21);
        assertThat(inputTokens(facts(CANDIDATE + "}", size, "{\"promptTokenCount\":3}")))
                .isEqualTo(-1);
    }

    @Test
    void findsACountAcrossTheBuffersSegments() throws IOException {
        for (int before = 8_150; before < 8_200; before++) {
            String json = CANDIDATE.formatted("x".repeat(before)) + ",\"promptTokenCount\":4321}";
            assertThat(inputTokens(json, json.length())).isEqualTo(4_321);
        }
    }

    @Test
    void knowsACountOnlyAfterItsLastDigit() throws IOException {
        AnswerScan scan = new AnswerScan("asked", null);
        Buffer buffer = new Buffer().writeUtf8("{\"promptTokenCount\":12");
        scan.passed(buffer, buffer.size());
        assertThat(inputTokens(scan.facts())).isEqualTo(-1);
        buffer.clear();
        scan.passed(buffer, -1);
        scan.passed(buffer.writeUtf8("3}"), 2);
        assertThat(inputTokens(scan.facts())).isEqualTo(123);
    }

    private static final String RESPONSE = """
            {"candidates": [{"content": {"parts": [{"text": "It said \\"finishReason\\": \\"NO\\"."}], "role": "model"},
              "finishReason": "STOP", "index": 0}],
             "usageMetadata": {"promptTokenCount": 8, "cachedContentTokenCount": 3, "candidatesTokenCount": 5,
              "toolUsePromptTokenCount": 2, "thoughtsTokenCount": 40, "totalTokenCount": 55},
             "modelVersion": "gemini-2.5-flash", "responseId": "abc_DEF-1"}""";

    @ParameterizedTest
    @MethodSource("sizes")
    void findsAllFactsOfAResponse(int size) throws IOException {
        assertThat(facts(RESPONSE, size))
                .isEqualTo(new ResponseFacts("gemini-2.5-flash", "abc_DEF-1", "STOP", new TokenUsage(10, 3, 5, 40)));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void theLastFactsOfAStreamCount(int size) throws IOException {
        String first = "data: {\"modelVersion\":\"a\",\"finishReason\":\"X\",\"promptTokenCount\":1}\n\n";
        String second = "data: {\"modelVersion\":\"a\",\"finishReason\":\"Y\",\"candidatesTokenCount\":7}\n\n";
        assertThat(facts(first + second, size))
                .isEqualTo(new ResponseFacts("a", null, "Y", new TokenUsage(1, 0, 7, 0)));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void ignoresValuesThatAreNotWords(int size) throws IOException {
        assertThat(facts("{\"modelVersion\":null,\"finishReason\":3,\"responseId\":[\"a\"]}", size))
                .isNull();
        assertThat(facts("{\"modelVersion\":\"a b\",\"responseId\":\"" + "x".repeat(200) + "\"}", size))
                .isNull();
        assertThat(facts("{\"modelVersion\":\"a\\nb\",\"responseId\":\"a\\u00e9\"}", size))
                .isNull();
        assertThat(facts("nothing at all", size)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"asked", "askew", "another"})
    void theModelIsTheOneThatTheResponseNames(String named) throws IOException {
        ResponseFacts facts = facts("{\"modelVersion\":\"" + named + "\"}", 99);
        assertThat(facts).isEqualTo(new ResponseFacts(named, null, null, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"STOP", "STOW", "MAX_TOKENS"})
    void theFinishReasonIsTheOneThatTheResponseGives(String given) throws IOException {
        ResponseFacts facts = facts("{\"finishReason\":\"" + given + "\"}", 99);
        assertThat(facts).isEqualTo(new ResponseFacts(null, null, given, null));
    }
}
