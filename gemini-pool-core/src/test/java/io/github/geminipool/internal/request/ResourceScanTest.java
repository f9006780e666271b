package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Resources are found in requests and responses, whichever way these are cut into chunks. */
class ResourceScanTest {

    private final Affinities affinities = new Affinities();

    static IntStream sizes() {
        return IntStream.of(1, 2, 3, 7, 16, 100_000);
    }

    private void respond(String collection, String text, int size) throws IOException {
        ResourceScan scan = LearnedFromResponse.scan(affinities, "p", collection, ResourceNames.hasIds(collection));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += size) {
            int count = Math.min(size, bytes.length - at);
            scan.passed(new Buffer().writeUtf8("{\"name\":\"files/left").write(bytes, at, count), count);
        }
        assertThat(affinities.projectOf("files/left")).isNull();
    }

    private List<String> known(String... names) {
        return List.of(names).stream()
                .filter(name -> affinities.projectOf(name) != null)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void findsTheResourcesThatAResponseNames(int size) throws IOException {
        respond(
                "files",
                "{\n  \"file\": {\n    \"name\": \"files/a\",\n    \"displayName\": \"files/b\"\n  }\n}\n",
                size);
        respond(
                "batches",
                "{\"operations\":[{\"name\":\"batches/a\",\"response\":{\"responsesFile\":\"files/out\"}},{\"name\":\"batches/b\"}],"
                        + "\"nextPageToken\":\"t1\"}",
                size);
        respond(
                "",
                "{\"name\":\"models/veo/operations/o\",\"done\":true,\"response\":{\"generateVideoResponse\":{\"generatedSamples\":"
                        + "[{\"video\":{\"uri\":\"https://g.example/v1beta/files/v:download?alt=media\"}}]}}}",
                size);
        respond("tunedModels", "{\"name\":\"tunedModels\\/t/operations/o\"}", size);

        assertThat(affinities.size()).isEqualTo(8);
        assertThat(known(
                        "files/a",
                        "batches/a",
                        "batches/b",
                        "files/out",
                        "batches?pageToken=t1",
                        "models/veo/operations/o",
                        "files/v",
                        "tunedModels/t"))
                .hasSize(8);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void ignoresNamesInModelOutput(int size) throws IOException {
        respond(
                "batches",
                "{\"response\":{\"inlinedResponses\":{\"inlinedResponses\":[{\"response\":{\"candidates\":[{\"content\":{\"parts\":"
                        + "[{\"text\":\"{\\\"name\\\":\\\"files/a\\\"}\"},{\"functionCall\":{\"name\":\"files/b\","
                        + "\"args\":{\"uri\":\"files/c\"}}}]}}]}}]}}}",
                size);
        respond("interactions", "{\"steps\":[{\"id\":\"c\",\"arguments\":{\"interaction\":{\"id\":\"d\"}}}]}", size);
        respond(
                "files",
                "{\"name\":[{\"x\":\"files/e\"},5],\"files/f\":\"name\",\"a\":\"name\",\"b\":\"files/g\"}",
                size);

        assertThat(affinities.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void findsTheIdOfAnInteraction(int size) throws IOException {
        respond("interactions", "{\"outputs\":[{\"id\":\"no\"}],\"id\":\"v1_a=\",\"name\":\"files/a\"}", size);
        respond("interactions", """
                event: interaction.created
                data: {"event_type":"interaction.created","interaction":{"id":"b"}}

                event: interaction.completed
                data: {"event_type":"interaction.completed","interaction":{"id":"later"}}

                """, size);

        assertThat(affinities.size()).isEqualTo(2);
        assertThat(known("interactions/v1_a=", "interactions/b")).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void decodesEscapes(int size) throws IOException {
        respond("interactions", "{\"id\":\"v1_a\\u003d\\u003D\"}", size);
        respond("files", "{\"files\":[{\"name\":\"files\\/a\"}],\"next\\u0050ageToken\":\"t\\u003d\"}", size);

        assertThat(known("interactions/v1_a==", "files/a", "files?pageToken=t="))
                .hasSize(3);
    }

    @Test
    void learnsALimitedNumberFromOneList() throws IOException {
        StringBuilder files = new StringBuilder("{\"files\":[");
        for (int i = 0; i < 5_000; i++) {
            files.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"files/")
                    .append(i)
                    .append("\"}");
        }
        respond("files", files + "]}", 100_000);

        assertThat(affinities.size()).isEqualTo(1_000);
    }

    @Test
    void toleratesMalformedJson() throws IOException {
        for (String broken : List.of("]]]]}}}{\"name\":\"files/a\"", "[".repeat(1_000), "\"\\", ":::,,,{\"name\":\"")) {
            respond("files", broken, 5);
        }
        respond("files", "{\"name\":\"files/" + "x".repeat(5_000) + "\"}", 5);

        assertThat(affinities.size()).isEqualTo(1);
    }

    private @Nullable String named(String body) {
        return named(RequestBody.create(body, MediaType.get("application/json")));
    }

    private @Nullable String named(RequestBody body) {
        Request request = new Request.Builder()
                .url("https://gemini.example/v1beta/models/m:generateContent")
                .post(body)
                .build();
        BodyScan scan = BodyScan.of(request, affinities);
        return scan == null ? null : scan.resource();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"contents\":[{\"parts\":[{\"fileData\":{\"fileUri\":\"files/a\",\"mimeType\":\"a/b\"}}]}]}",
                "{\"contents\":[{\"parts\":[{\"file_data\":{\"file_uri\":\"https://g.example/v1beta/files/a\"}}]}]}",
                "{\"cachedContent\" : \"files/a\"}",
                "{\"batch\":{\"inputConfig\":{\"file_name\":\"files/a\"}}}",
                "{\"fileName\":\"files/a\"}",
                "{\"tools\":[{\"fileSearch\":{\"fileSearchStoreNames\":[\"x\",\"files/a\"]}}]}",
                "{\"input\":[{\"type\":\"document\",\"uri\":\"files/a\"}]}",
            })
    void findsTheResourceThatARequestNames(String body) throws IOException {
        assertThat(named(body)).isEqualTo("files/a");
    }

    @Test
    void findsAnInteractionOrATunedModelInARequest() throws IOException {
        assertThat(named("{\"previous_interaction_id\":\"i\"}")).isEqualTo("interactions/i");
        assertThat(named("{\"model\":\"tunedModels/t\"}")).isEqualTo("tunedModels/t");
        assertThat(named("{\"model\":\"models/m\"}")).isNull();
    }

    @Test
    void ignoresNamesInPrompts() throws IOException {
        assertThat(
                        named(
                                "{\"contents\":[{\"parts\":[{\"text\":\"files/a\"},{\"text\":\"{\\\"fileUri\\\":\\\"files/a\\\"}\"}]}]}"))
                .isNull();
        assertThat(named("{\"fileUri\":\"https://www.example.com/watch?v=files\"}"))
                .isNull();
    }

    @Test
    void prefersTheFirstResourceWithAKnownOwner() throws IOException {
        String body = "{\"parts\":[{\"fileUri\":\"files/a\"},{\"fileUri\":\"files/b\"},{\"fileUri\":\"files/c\"}]}";
        assertThat(named(body)).isEqualTo("files/a");

        affinities.remember("files/c", "p");
        assertThat(named(body)).isEqualTo("files/c");

        affinities.remember("files/b", "q");
        assertThat(named(body)).isEqualTo("files/b");
    }

    @Test
    void doesNotReadABodyThatCanBeWrittenOnlyOnce() throws IOException {
        RequestBody once = new RequestBody() {
            @Override
            public MediaType contentType() {
                return MediaType.get("application/json");
            }

            @Override
            public boolean isOneShot() {
                return true;
            }

            @Override
            public void writeTo(BufferedSink sink) {
                throw new AssertionError("written");
            }
        };

        assertThat(named(once)).isNull();
        assertThat(named(RequestBody.create("{\"fileUri\":\"files/a\"}", MediaType.get("text/plain"))))
                .isNull();
    }

    @Test
    void findsTheResourcesThatAnErrorNames() {
        assertThat(ResourceNames.inError(
                        "You do not have permission to access the File a1-b2 or it may not exist. See tunedModels/t/operations/o,"
                                + " models/veo/operations/o and files/c."))
                .contains("files/a1-b2", "tunedModels/t", "models/veo/operations/o", "files/c");
    }
}
