package io.github.geminipool.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UsagePeekTest {

    private static final String SOME_TEXT = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"%s\"}]}}]";

    static IntStream sizes() {
        return IntStream.rangeClosed(1, 17);
    }

    /** What is found in a text that comes in pieces, each after what its reader left in the buffer. */
    private static long found(String text, int size, String leftThere) throws IOException {
        UsagePeek peek = new UsagePeek();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += size) {
            int count = Math.min(size, bytes.length - at);
            peek.passed(new Buffer().writeUtf8(leftThere).write(bytes, at, count), count);
        }
        return peek.promptTokens();
    }

    private static long found(String text, int size) throws IOException {
        return found(text, size, "");
    }

    private static String usage(String count) {
        return SOME_TEXT.formatted("Hi") + ",\"usageMetadata\":{\"promptTokenCount\":" + count
                + ",\"totalTokenCount\":99,\"promptTokensDetails\":[{\"tokenCount\":7}]}}";
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void findsTheNumberHoweverItIsCut(int size) throws IOException {
        assertThat(found(usage("1234567"), size)).isEqualTo(1_234_567);
        assertThat(found(usage("0"), size)).isZero();
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void findsItInPrettyPrintedJson(int size) throws IOException {
        String json = "{\n  \"usageMetadata\" : {\r\n    \"promptTokenCount\" :\t 42\n  }\n}";
        assertThat(found(json, size)).isEqualTo(42);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void theLastEventOfAStreamCounts(int size) throws IOException {
        String stream = "data: " + usage("5") + "\r\n\r\ndata: " + usage("17") + "\r\n\r\ndata: "
                + SOME_TEXT.formatted("no usage") + "}\r\n\r\n";
        assertThat(found(stream, size)).isEqualTo(17);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aQuoteIsNotTheAnswersOwn(int size) throws IOException {
        String quote = SOME_TEXT.formatted("{\\\"promptTokenCount\\\": 5}");
        assertThat(found(quote + "}", size)).isEqualTo(-1);
        assertThat(found(quote + ",\"promptTokenCount\":6}", size)).isEqualTo(6);
        assertThat(found("{\"a \\\"promptTokenCount\": 5}", size)).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aValueIsNoName(int size) throws IOException {
        assertThat(found("[\"promptTokenCount\", 5]", size)).isEqualTo(-1);
        assertThat(found("{\"of\":\"promptTokenCount\",\"promptTokenCount\":5}", size))
                .isEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aNameThatBreaksOffIsNone(int size) throws IOException {
        assertThat(found("{\"promptTokenCounts\":5}", size)).isEqualTo(-1);
        assertThat(found("{\"prompt\"promptToken\"promptTokenCount\":5}", size)).isEqualTo(5);
        assertThat(found("{\"prompt_token_count\":5}", size)).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void whatIsNoCountIsIgnored(int size) throws IOException {
        String counted = usage("8");
        for (String other : new String[] {"-5", "null", "\"5\"", "5.5", "5e3", "1234567890123456789", "[5]"}) {
            assertThat(found(counted + usage(other), size)).as(other).isEqualTo(8);
        }
        assertThat(found(usage("123456789012345678"), size)).isEqualTo(123_456_789_012_345_678L);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void whatIsLeftInTheBufferIsNotReadAgain(int size) throws IOException {
        assertThat(found(usage("21"), size, "{\"promptTokenCount\":3,\\")).isEqualTo(21);
        assertThat(found(SOME_TEXT + "}", size, "{\"promptTokenCount\":3}")).isEqualTo(-1);
    }

    @Test
    void findsItAcrossTheBuffersSegments() throws IOException {
        for (int before = 8_150; before < 8_200; before++) {
            String json = SOME_TEXT.formatted("x".repeat(before)) + ",\"promptTokenCount\":4321}";
            assertThat(found(json, json.length())).isEqualTo(4_321);
        }
    }

    @Test
    void theNumberIsNotThereBeforeItsEnd() throws IOException {
        UsagePeek peek = new UsagePeek();
        Buffer buffer = new Buffer().writeUtf8("{\"promptTokenCount\":12");
        peek.passed(buffer, buffer.size());
        assertThat(peek.promptTokens()).isEqualTo(-1);
        buffer.clear();
        peek.passed(buffer, -1);
        peek.passed(buffer.writeUtf8("3}"), 2);
        assertThat(peek.promptTokens()).isEqualTo(123);
    }
}
