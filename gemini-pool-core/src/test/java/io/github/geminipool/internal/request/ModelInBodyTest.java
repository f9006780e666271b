package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request goes on with another model: in its URL, or by exactly one value of its body. */
class ModelInBodyTest {

    private static final String OPEN_AI = "https://gemini.example/v1beta/openai/chat/completions";

    /** A body of a known or unknown length, written in chunks. */
    private record Body(String text, int size, boolean hasLength) {

        RequestBody body() {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return new RequestBody() {
                @Override
                public MediaType contentType() {
                    return MediaType.get("application/json");
                }

                @Override
                public long contentLength() {
                    return hasLength ? bytes.length : -1;
                }

                @Override
                public void writeTo(BufferedSink sink) throws IOException {
                    for (int at = 0; at < bytes.length; at += size) {
                        sink.write(bytes, at, Math.min(size, bytes.length - at));
                        sink.flush();
                    }
                }
            };
        }
    }

    private static Request request(String url, RequestBody body) {
        return new Request.Builder().url(url).post(body).build();
    }

    private static String written(Request request) throws IOException {
        Buffer buffer = new Buffer();
        RequestBody body = Objects.requireNonNull(request.body());
        body.writeTo(buffer);
        if (body.contentLength() >= 0) {
            assertThat(body.contentLength()).isEqualTo(buffer.size());
        }
        return buffer.readUtf8();
    }

    private static void assertChanged(String json, String model, String expected) throws IOException {
        for (int size : new int[] {1, 2, 3, 7, 64, 100_000}) {
            for (boolean hasLength : new boolean[] {true, false}) {
                Request original = request(OPEN_AI, new Body(json, size, hasLength).body());
                Request changed = CallFactsReader.forModel(original, model);
                assertThat(written(changed)).isEqualTo(expected);
                assertThat(written(changed)).as("written again").isEqualTo(expected);
                assertThat(changed.url()).isEqualTo(original.url());
                assertThat(Objects.requireNonNull(changed.body()).contentType())
                        .isEqualTo(Objects.requireNonNull(original.body()).contentType());
                assertThat(Objects.requireNonNull(changed.body()).contentLength() >= 0)
                        .isEqualTo(hasLength);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"model\":\"a\"}                                        | b               | {\"model\":\"b\"}",
                "{\"model\":\"gemini-a\",\"stream\":true}                 | gemini-longer   | {\"model\":\"gemini-longer\",\"stream\":true}",
                "{ \"n\" : 1,\t\"model\"  :  \"gemini-long\" , \"x\":[] } | b               | { \"n\" : 1,\t\"model\"  :  \"b\" , \"x\":[] }",
                "{\"model\":\"models/a\"}                                 | b               | {\"model\":\"models/b\"}",
                "{\"model\":\"tunedModels/a\"}                            | b               | {\"model\":\"models/b\"}",
                "{\"model\":\"models/a\"}                                 | tunedModels/b   | {\"model\":\"tunedModels/b\"}",
                "{\"messages\":[{\"model\":\"a\"}],\"model\":\"a\"}       | b               | {\"messages\":[{\"model\":\"a\"}],\"model\":\"b\"}",
                "{\"x\":\"\\\"model\\\":\\\"a\\\"\",\"model\":\"a\"}      | b               | {\"x\":\"\\\"model\\\":\\\"a\\\"\",\"model\":\"b\"}",
                "{\"model\":\"a\\u0062\\\\c\",\"größe\":\"ä\"}            | b               | {\"model\":\"b\",\"größe\":\"ä\"}",
                "{\"model\":\"a\"}                                        | b\"c\\d         | {\"model\":\"b\\u0022c\\u005cd\"}",
                "{\"größe\":\"äöü\",\"model\":\"modell\",\"y\":\"ß\"}     | b               | {\"größe\":\"äöü\",\"model\":\"b\",\"y\":\"ß\"}",
            })
    void replacesTheModelAndNothingElse(String json, String model, String expected) throws IOException {
        assertChanged(json, model, expected);
    }

    @Test
    void replacesTheModelBehindMegabytes() throws IOException {
        String rest = "\"image\":\"" + "QUJD/".repeat(400_000) + "\"";
        Request changed = CallFactsReader.forModel(
                request(OPEN_AI, new Body("{" + rest + ",\"model\":\"a\"}", 5_003, true).body()), "b");
        assertThat(written(changed)).isEqualTo("{" + rest + ",\"model\":\"b\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"model\":7}", "{\"model\":{\"model\":\"a\"}}", "[{\"model\":\"a\"}]", ""})
    void leavesABodyThatNamesNoModel(String json) throws IOException {
        assertChanged(json, "b", json);
    }

    @Test
    void aModelInTheUrlIsReplacedThereOnly() throws IOException {
        String json = "{\"model\":\"models/a\"}";
        Request changed = CallFactsReader.forModel(
                request("https://gemini.example/v1beta/models/a:generateContent?x=y", new Body(json, 64, true).body()),
                "b");
        assertThat(changed.url()).hasToString("https://gemini.example/v1beta/models/b:generateContent?x=y");
        assertThat(written(changed)).isEqualTo(json);
    }

    @Test
    void theChangedRequestNamesTheNewModel() throws IOException {
        String json = "{\"stream\":true,\"model\":\"models/a\"}";
        Request changed = CallFactsReader.forModel(request(OPEN_AI, new Body(json, 3, true).body()), "b");
        assertThat(modelOf(changed)).isEqualTo("b");
        assertThat(modelOf(CallFactsReader.forModel(changed, "c"))).isEqualTo("c");
    }

    private static @Nullable String modelOf(Request request) {
        return new OwnedResources().factsOf(request).model();
    }
}
