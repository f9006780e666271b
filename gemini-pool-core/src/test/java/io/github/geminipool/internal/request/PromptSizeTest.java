package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptSizeTest {

    private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");

    /** A body that is written in chunks. */
    private static class Body extends RequestBody {

        private final byte[] bytes;
        private final int size;
        private final @Nullable MediaType type;

        Body(String text, int size, @Nullable MediaType type) {
            this.bytes = text.getBytes(StandardCharsets.UTF_8);
            this.size = size;
            this.type = type;
        }

        @Override
        public @Nullable MediaType contentType() {
            return type;
        }

        @Override
        public long contentLength() {
            return bytes.length;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            for (int at = 0; at < bytes.length; at += size) {
                sink.write(bytes, at, Math.min(size, bytes.length - at));
                sink.flush();
            }
        }
    }

    /** A body that must not be written. */
    private static final class OnlyOnce extends Body {

        private final boolean isDuplex;
        private final long length;

        OnlyOnce(boolean isDuplex, long length) {
            super("{}", 1, JSON);
            this.isDuplex = isDuplex;
            this.length = length;
        }

        @Override
        public boolean isOneShot() {
            return !isDuplex;
        }

        @Override
        public boolean isDuplex() {
            return isDuplex;
        }

        @Override
        public long contentLength() {
            return length;
        }

        @Override
        public void writeTo(BufferedSink sink) {
            throw new AssertionError("written");
        }
    }

    private static long estimate(RequestBody body) {
        Request request = new Request.Builder()
                .url("https://gemini.example/v1beta/models/m:generateContent")
                .post(body)
                .build();
        return new OwnedResources().factsOf(request).promptTokens();
    }

    /** Returns the estimate, which must not depend on the chunks that the body is written in. */
    private static long tokens(String json) throws IOException {
        long tokens = estimate(RequestBody.create(json, JSON));
        for (int size : json.length() < 10_000 ? new int[] {1, 2, 3, 7, 64} : new int[] {1_000}) {
            assertThat(estimate(new Body(json, size, JSON))).isEqualTo(tokens);
        }
        return tokens;
    }

    private static long textTokens(String text) {
        return (text.getBytes(StandardCharsets.UTF_8).length + 3L) / 4;
    }

    private static String request(String part) {
        return "{\"contents\":[{\"parts\":[{\"text\":\"What is this?\"}," + part + "],\"role\":\"user\"}],"
                + "\"generationConfig\":{\"temperature\":0.5}}";
    }

    private static String base64(int size) {
        return Base64.getEncoder().encodeToString(new byte[size]);
    }

    private static String inline(String type, String data) {
        return "{\"inlineData\":{\"mimeType\":\"" + type + "\",\"data\":\"" + data + "\"}}";
    }

    /** Returns the tokens that media add to a request, compared with the same request without data. */
    private static long inlineTokens(String type, int size) throws IOException {
        return tokens(request(inline(type, base64(size)))) - textTokens(request(inline(type, "")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"contents\":[{\"parts\":[{\"text\":\"Say \\\"data\\\": { [ \\\\\"}],\"role\":\"user\"}]}",
                "{\"systemInstruction\":{\"parts\":[{\"text\":\"Grüße, 世界\"}]},\"tools\":[{\"googleSearch\":{}}]}",
                "{\"requests\":[{\"model\":\"models/e\",\"content\":{\"parts\":[{\"text\":\"one\"}]}},{\"data\":\"AAAA\"}]}",
                "{\"contents\":[{\"parts\":[{\"text\":\"\\\"inlineData\\\":{\\\"data\\\":\\\"AAAAAAAA\\\"}\"}]}]}",
                "{\"properties\":{\"inlineData\":{\"type\":\"STRING\",\"of\":{\"data\":\"AAAAAAAAAAAAAAAAAAAA\"}}}}",
                "{\"required\":[\"inlineData\",{\"data\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}",
                "{\"x\":\"inlineData\",\"y\":{\"data\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}}"
            })
    void countsATokenPerFourBytesOfText(String json) throws IOException {
        assertThat(tokens(json)).isEqualTo(textTokens(json));
    }

    @ParameterizedTest
    @CsvSource({
        "image/png, 300, 258",
        "IMAGE/JPEG, 99999, 258",
        "image/png, 100200, 516",
        "image/png, 900000, 2322",
        "image/png, 3000000, 4128",
        "audio/mp3, 300, 32",
        "audio/mp3, 48000, 96",
        "audio/wav, 176400, 32",
        "audio/pcm;rate=24000, 352800, 64",
        "video/mp4, 300, 263",
        "video/mp4, 750000, 789",
        "application/pdf, 30000, 258",
        "application/pdf, 150000, 774",
        "text/plain, 3000, 750",
        "text/csv; charset=utf-8, 30, 8",
        "application/x-else, 900000, 258"
    })
    void countsMediaByType(String type, int size, long tokens) throws IOException {
        assertThat(inlineTokens(type, size)).isEqualTo(tokens);
    }

    @Test
    void theMimeTypeMayComeLastOrBeMissing() throws IOException {
        String last = "{\"inlineData\": {\"data\" : \"%s\", \"mimeType\" : \"video/mp4\"}}";
        assertThat(tokens(request(last.formatted(base64(300_000)))))
                .isEqualTo(textTokens(request(last.formatted(""))) + 2 * 263);
        String none = "{\"inlineData\":{\"data\":\"%s\"}}";
        assertThat(tokens(request(none.formatted(base64(300)))))
                .isEqualTo(textTokens(request(none.formatted(""))) + 258);
    }

    @Test
    void countsEachMediumSeparately() throws IOException {
        String parts =
                inline("audio/ogg", "%1$s") + ",{\"inlineData\":{\"data\":\"%1$s\"}}," + inline("text/plain", "%1$s");
        assertThat(tokens(request(parts.formatted(base64(300)))))
                .isEqualTo(textTokens(request(parts.formatted(""))) + 32 + 258 + 75);
    }

    @Test
    void acceptsNamesInSnakeCase() throws IOException {
        String part = "{\"inline_data\":{\"mime_type\":\"audio/aac\",\"data\":\"%s\",\"display_name\":\"a \\\" b\"}}";
        assertThat(tokens(request(part.formatted(base64(300)))))
                .isEqualTo(textTokens(request(part.formatted(""))) + 32);
    }

    @Test
    void countsEscapedCharactersAsData() throws IOException {
        String data = "ab\\/d".repeat(6_000);
        // Each 5 bytes are 4 Base64 characters and a backslash, which counts as text.
        assertThat(tokens(request(inline("audio/mp3", data))))
                .isEqualTo((request(inline("audio/mp3", "")).length() + 6_000 + 3) / 4 + 64);
    }

    @Test
    void aStringThatEndsWithABackslashEndsThere() throws IOException {
        String json = "{\"text\":\"C:\\\\dir\\\\\",\"inlineData\":{\"data\":\"%s\",\"mimeType\":\"audio/aac\"}}";
        assertThat(tokens(json.formatted(base64(300)))).isEqualTo(textTokens(json.formatted("")) + 32);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"fileData\":{\"mimeType\":\"image/png\",\"fileUri\":\"https://host.example/files/a\"}}",
                "{\"file_data\":{\"file_uri\":\"https://host.example/files/a\",\"mime_type\":\"video/mp4\"}}",
                "{\"fileData\":{\"fileUri\":\"https://host.example/files/a\"}}"
            })
    void countsAFileAsAnImage(String part) throws IOException {
        assertThat(tokens(request(part))).isEqualTo(textTokens(request(part)) + 258);
    }

    @Test
    void toleratesALongTypeOrName() throws IOException {
        String longType = "image/" + "x".repeat(200);
        String json = request("{\"" + "data".repeat(100) + "\":1}," + inline(longType, base64(30)));
        assertThat(tokens(json)).isEqualTo(textTokens(json.replace(base64(30), "")) + 258);
    }

    @Test
    void countsOneTokenForAnEmptyBody() throws IOException {
        assertThat(estimate(RequestBody.create("", JSON))).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void doesNotWriteABodyThatCanBeWrittenOnlyOnce(boolean isDuplex) throws IOException {
        assertThat(estimate(new OnlyOnce(isDuplex, 400))).isEqualTo(100);
        assertThat(estimate(new OnlyOnce(isDuplex, -1))).isZero();
    }

    @Test
    void countsOtherContentByLength() throws IOException {
        String json = request(inline("image/png", base64(3_000)));
        assertThat(estimate(new Body(json, 64, MediaType.get("application/octet-stream"))))
                .isEqualTo(json.length() / 4);
        assertThat(estimate(new Body(" " + json, 64, null))).isEqualTo((json.length() + 1) / 4);
        assertThat(estimate(new Body("", 64, null))).isZero();
    }

    @Test
    void treatsAnUntypedBodyThatStartsWithAnObjectAsJson() throws IOException {
        String json = request(inline("image/png", base64(3_000)));
        assertThat(estimate(new Body(json, 64, null))).isEqualTo(tokens(json));
    }

    @Test
    void readsTheBytesOfTheBufferOnce() throws IOException {
        byte[] text = new byte[100_001];
        Arrays.fill(text, (byte) 'x');
        // The chunks do not end where the buffer's segments do.
        String json = request("{\"text\":\"" + new String(text, StandardCharsets.US_ASCII) + "\"}");
        assertThat(estimate(new Body(json, 5_003, JSON))).isEqualTo(textTokens(json));
    }
}
