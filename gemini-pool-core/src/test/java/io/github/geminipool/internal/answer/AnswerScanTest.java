package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerScanTest {

    private static final String SOME_TEXT = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"%s\"}]}}]";

    static IntStream sizes() {
        return IntStream.rangeClosed(1, 17);
    }

    /** What is found in a text that comes in pieces, each after what its reader left in the buffer. */
    private static long found(String text, int size, String leftThere) {
        AnswerScan scan = new AnswerScan();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += size) {
            int count = Math.min(size, bytes.length - at);
            scan.passed(new Buffer().writeUtf8(leftThere).write(bytes, at, count), count);
        }
        return input(scan);
    }

    private static long input(AnswerScan scan) {
        ResponseFacts facts = scan.facts();
        return facts == null || facts.tokens() == null ? -1 : facts.tokens().input();
    }

    private static long found(String text, int size) {
        return found(text, size, "");
    }

    private static String usage(String count) {
        return SOME_TEXT.formatted("Hi") + ",\"usageMetadata\":{\"promptTokenCount\":" + count
                + ",\"totalTokenCount\":99,\"promptTokensDetails\":[{\"tokenCount\":7}]}}";
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void findsTheNumberHoweverItIsCut(int size) {
        assertThat(found(usage("1234567"), size)).isEqualTo(1_234_567);
        assertThat(found(usage("0"), size)).isZero();
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void findsItInPrettyPrintedJson(int size) {
        String json = "{\n  \"usageMetadata\" : {\r\n    \"promptTokenCount\" :\t 42\n  }\n}";
        assertThat(found(json, size)).isEqualTo(42);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void theLastEventOfAStreamCounts(int size) {
        String stream = "data: " + usage("5") + "\r\n\r\ndata: " + usage("17") + "\r\n\r\ndata: "
                + SOME_TEXT.formatted("no usage") + "}\r\n\r\n";
        assertThat(found(stream, size)).isEqualTo(17);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aQuoteIsNotTheAnswersOwn(int size) {
        String quote = SOME_TEXT.formatted("{\\\"promptTokenCount\\\": 5}");
        assertThat(found(quote + "}", size)).isEqualTo(-1);
        assertThat(found(quote + ",\"promptTokenCount\":6}", size)).isEqualTo(6);
        assertThat(found("{\"a \\\"promptTokenCount\": 5}", size)).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aValueIsNoName(int size) {
        assertThat(found("[\"promptTokenCount\", 5]", size)).isEqualTo(-1);
        assertThat(found("{\"of\":\"promptTokenCount\",\"promptTokenCount\":5}", size))
                .isEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aNameThatBreaksOffIsNone(int size) {
        assertThat(found("{\"promptTokenCounts\":5}", size)).isEqualTo(-1);
        assertThat(found("{\"prompt\"promptToken\"promptTokenCount\":5}", size)).isEqualTo(5);
        assertThat(found("{\"prompt_token_count\":5}", size)).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void whatIsNoCountIsIgnored(int size) {
        String counted = usage("8");
        for (String other : new String[] {"-5", "null", "\"5\"", "5.5", "5e3", "1234567890123456789", "[5]"}) {
            assertThat(found(counted + usage(other), size)).as(other).isEqualTo(8);
        }
        assertThat(found(usage("123456789012345678"), size)).isEqualTo(123_456_789_012_345_678L);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void whatIsLeftInTheBufferIsNotReadAgain(int size) {
        assertThat(found(usage("21"), size, "{\"promptTokenCount\":3,\\")).isEqualTo(21);
        assertThat(found(SOME_TEXT + "}", size, "{\"promptTokenCount\":3}")).isEqualTo(-1);
    }

    @Test
    void findsItAcrossTheBuffersSegments() {
        for (int before = 8_150; before < 8_200; before++) {
            String json = SOME_TEXT.formatted("x".repeat(before)) + ",\"promptTokenCount\":4321}";
            assertThat(found(json, json.length())).isEqualTo(4_321);
        }
    }

    @Test
    void theNumberIsNotThereBeforeItsEnd() {
        AnswerScan scan = new AnswerScan();
        Buffer buffer = new Buffer().writeUtf8("{\"promptTokenCount\":12");
        scan.passed(buffer, buffer.size());
        assertThat(input(scan)).isEqualTo(-1);
        buffer.clear();
        scan.passed(buffer, -1);
        scan.passed(buffer.writeUtf8("3}"), 2);
        assertThat(input(scan)).isEqualTo(123);
    }

    private static final String ANSWER = """
            {"candidates": [{"content": {"parts": [{"text": "It said \\"finishReason\\": \\"NO\\"."}], "role": "model"},
              "finishReason": "STOP", "index": 0}],
             "usageMetadata": {"promptTokenCount": 8, "cachedContentTokenCount": 3, "candidatesTokenCount": 5,
              "toolUsePromptTokenCount": 2, "thoughtsTokenCount": 40, "totalTokenCount": 55},
             "modelVersion": "gemini-2.5-flash", "responseId": "abc_DEF-1"}""";

    @ParameterizedTest
    @MethodSource("sizes")
    void findsWhatAnAnswerSaysOfItself(int size) {
        assertThat(facts(ANSWER, size))
                .isEqualTo(new ResponseFacts("gemini-2.5-flash", "abc_DEF-1", "STOP", new TokenUsage(10, 3, 5, 40)));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void whatIsSaidLastCounts(int size) {
        String first = "data: {\"modelVersion\":\"a\",\"finishReason\":\"X\",\"promptTokenCount\":1}\n\n";
        String second = "data: {\"modelVersion\":\"a\",\"finishReason\":\"Y\",\"candidatesTokenCount\":7}\n\n";
        assertThat(facts(first + second, size))
                .isEqualTo(new ResponseFacts("a", null, "Y", new TokenUsage(1, 0, 7, 0)));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void whatIsNoWordIsIgnored(int size) {
        assertThat(facts("{\"modelVersion\":null,\"finishReason\":3,\"responseId\":[\"a\"]}", size))
                .isNull();
        assertThat(facts("{\"modelVersion\":\"a b\",\"responseId\":\"" + "x".repeat(200) + "\"}", size))
                .isNull();
        assertThat(facts("{\"modelVersion\":\"a\\nb\"}", size)).isNull();
        assertThat(facts("nothing at all", size)).isNull();
    }

    private static @Nullable ResponseFacts facts(String text, int size) {
        AnswerScan scan = new AnswerScan();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += size) {
            int count = Math.min(size, bytes.length - at);
            scan.passed(new Buffer().write(bytes, at, count), count);
        }
        return scan.facts();
    }
}
