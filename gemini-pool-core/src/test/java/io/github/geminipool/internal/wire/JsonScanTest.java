package io.github.geminipool.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JsonScanTest {

    /** Records all tokens; wants the values of names that start with a w. */
    private static final class Recording extends JsonScan {

        final List<String> tokens = new ArrayList<>();

        private static String text(byte[] bytes, int from, int to) {
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }

        @Override
        protected boolean name(byte[] bytes, int from, int to) {
            String name = text(bytes, from, to);
            tokens.add(name + ":" + depth());
            return name.startsWith("w");
        }

        @Override
        protected void string(byte[] bytes, int from, int to, long length) {
            String text = text(bytes, from, to);
            tokens.add(length == to - from ? "\"" + text + "\"" : text.length() + " of " + length);
            if (text.equals("stop")) {
                stop();
            }
        }

        @Override
        protected void literal(byte[] bytes, int from, int to) {
            tokens.add(text(bytes, from, to));
        }

        @Override
        protected boolean begins(boolean isArray) {
            tokens.add((isArray ? "[" : "{") + depth());
            return isArray;
        }

        @Override
        protected void ends() {
            tokens.add("end " + depth());
        }
    }

    static IntStream sizes() {
        return IntStream.of(1, 2, 3, 5, 7, 8, 9, 16, 100_000);
    }

    private static List<String> tokens(String json, int size) {
        Recording scan = new Recording();
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += size) {
            scan.write(bytes, at, Math.min(size, bytes.length - at));
        }
        return scan.tokens;
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void reportsNamesAndWantedValues(int size) {
        assertThat(tokens("{\"a\":\"x\",\"w1\" : \"value\", \"b\":{\"w2\":-1.5e3},\n\"w3\":null , \"w4\":true}", size))
                .containsExactly(
                        "a:1",
                        "w1:1",
                        "\"value\"",
                        "b:1",
                        "w2:2",
                        "-1.5e3",
                        "end 2",
                        "w3:1",
                        "null",
                        "w4:1",
                        "true",
                        "end 1");
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void reportsTheElementsOfAWantedArray(int size) {
        assertThat(tokens("{\"w\":[\"a\",[1,\"b\"],{\"c\":2,\"w\":3},\"d\"],\"e\":[\"w\",4]}", size))
                .containsExactly(
                        "w:1", "[2", "\"a\"", "[3", "1", "\"b\"", "end 3", "c:3", "w:3", "3", "end 3", "end 2", "e:1",
                        "end 2", "end 1");
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void reportsAWantedObject(int size) {
        assertThat(tokens("{\"w\":{\"a\":1,\"w\":2}}", size))
                .containsExactly("w:1", "{2", "a:2", "w:2", "2", "end 2", "end 1");
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void replacesEscapes(int size) {
        assertThat(tokens(
                        "{\"\\u0077\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u003dA\\u003D\",\"w\":\"\\u00\",\"wx\":\"\"}",
                        size))
                .containsExactly("w:1", "\"\"\\/\b\f\n\r\t=A=\"", "w:1", "\"\"", "wx:1", "\"\"", "end 1");
        assertThat(tokens("{\"w\":\"a\\u00e4\\ud83d\\ude00\u00e4\"}", size))
                .containsExactly("w:1", "\"a\ufffd\ufffd\ufffd\u00e4\"", "end 1");
    }

    /** The end of a string is searched eight bytes at a time. */
    @Test
    void findsTheEndOfAStringAnywhere() {
        for (int length = 0; length < 40; length++) {
            for (String filler : List.of("x", "!", "#", "]", "\u00a2", "\u0001", "\ufffd")) {
                String text = filler.repeat(length);
                for (String end : List.of("", "\\\\", "\\\"", "\\\\\\\"")) {
                    String json = "{\"a\":\"" + text + end + "\",\"w" + text + "\":\"" + text + "\"}";
                    assertThat(tokens(json, 100_000))
                            .containsExactly("a:1", "w" + text + ":1", "\"" + text + "\"", "end 1");
                }
            }
        }
    }

    @Test
    void reportsTheLengthOfALongString() {
        String json = "{\"w\":\"" + "x".repeat(5_000) + "\"}";

        assertThat(tokens(json, 100_000)).contains("\"" + "x".repeat(5_000) + "\"");
        for (int size : new int[] {1, 7, 1_000}) {
            assertThat(tokens(json, size)).containsExactly("w:1", JsonScan.MAX_KEPT + " of 5000", "end 1");
        }
        assertThat(tokens("{\"" + "w".repeat(5_000) + "\":1}", 7)).containsExactly("end 1");
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void reportsNothingAfterAStop(int size) {
        assertThat(tokens("{\"w\":\"stop\",\"w\":\"more\"}", size)).containsExactly("w:1", "\"stop\"");
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void tracksDepthBeyondTheBitsOfALong(int size) {
        String json = "[".repeat(70) + "{\"w\":1}" + "]".repeat(68) + "{\"w\":2}";

        assertThat(tokens(json, size)).endsWith("end 3", "w:3", "2", "end 3");
    }

    @ParameterizedTest
    @CsvSource({
        "fileUri, fileuri, true",
        "file_uri, fileuri, true",
        "_FILE_URI_, fileuri, true",
        "file-uri, fileuri, false",
        "fileUris, fileuri, false",
        "fileUr, fileuri, false",
        "'', fileuri, false",
    })
    void matchesNamesInCamelAndSnakeCase(String name, String word, boolean isMatch) {
        byte[] bytes = ("<" + name + ">").getBytes(StandardCharsets.UTF_8);

        assertThat(JsonScan.matches(bytes, 1, bytes.length - 1, word)).isEqualTo(isMatch);
    }

    /** Tokens of random input do not depend on the chunks, and nothing is thrown. */
    @Test
    void toleratesAnything() {
        String alphabet = "\"\"\"\\\\:,{}[]w1eu0 \n\u00e4";
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder json = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                json.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String input = json.toString();
            assertThatCode(() -> tokens(input, 100_000)).as(input).doesNotThrowAnyException();
            assertThat(tokens(input, 1 + seed % 9)).as(input).isEqualTo(tokens(input, 100_000));
        }
    }
}
