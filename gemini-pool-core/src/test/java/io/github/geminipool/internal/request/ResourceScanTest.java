package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found in requests and in answers, however they are cut. */
class ResourceScanTest {

    private final Affinities affinities = new Affinities();

    static IntStream sizes() {
        return IntStream.of(1, 2, 3, 7, 16, 100_000);
    }

    private void answer(String collection, String text, int size) {
        ResourceScan scan = LearnedFromAnswer.scan(affinities, "p", collection);
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
    void anAnswerNamesWhatThereIs(int size) {
        answer(
                "files",
                "{\n  \"file\": {\n    \"name\": \"files/a\",\n    \"displayName\": \"files/b\"\n  }\n}\n",
                size);
        answer(
                "batches",
                "{\"operations\":[{\"name\":\"batches/a\",\"response\":{\"responsesFile\":\"files/out\"}},{\"name\":\"batches/b\"}],"
                        + "\"nextPageToken\":\"t1\"}",
                size);
        answer(
                "",
                "{\"name\":\"models/veo/operations/o\",\"done\":true,\"response\":{\"generateVideoResponse\":{\"generatedSamples\":"
                        + "[{\"video\":{\"uri\":\"https://g.example/v1beta/files/v:download?alt=media\"}}]}}}",
                size);
        answer("tunedModels", "{\"name\":\"tunedModels\\/t/operations/o\"}", size);

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
    void whatModelsSayIsNotTakenForNames(int size) {
        answer(
                "batches",
                "{\"response\":{\"inlinedResponses\":{\"inlinedResponses\":[{\"response\":{\"candidates\":[{\"content\":{\"parts\":"
                        + "[{\"text\":\"{\\\"name\\\":\\\"files/a\\\"}\"},{\"functionCall\":{\"name\":\"files/b\","
                        + "\"args\":{\"uri\":\"files/c\"}}}]}}]}}]}}}",
                size);
        answer("interactions", "{\"steps\":[{\"id\":\"c\",\"arguments\":{\"interaction\":{\"id\":\"d\"}}}]}", size);
        answer(
                "files",
                "{\"name\":[{\"x\":\"files/e\"},5],\"files/f\":\"name\",\"a\":\"name\",\"b\":\"files/g\"}",
                size);

        assertThat(affinities.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void anInteractionHasAnId(int size) {
        answer("interactions", "{\"outputs\":[{\"id\":\"no\"}],\"id\":\"v1_a=\",\"name\":\"files/a\"}", size);
        answer("interactions", """
                event: interaction.created
                data: {"event_type":"interaction.created","interaction":{"id":"b"}}

                event: interaction.completed
                data: {"event_type":"interaction.completed","interaction":{"id":"later"}}

                """, size);

        assertThat(affinities.size()).isEqualTo(2);
        assertThat(known("interactions/v1_a=", "interactions/b")).hasSize(2);
    }

    @Test
    void aListIsBounded() {
        StringBuilder files = new StringBuilder("{\"files\":[");
        for (int i = 0; i < 5_000; i++) {
            files.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"files/")
                    .append(i)
                    .append("\"}");
        }
        answer("files", files + "]}", 100_000);

        assertThat(affinities.size()).isEqualTo(1_000);
    }

    @Test
    void brokenJsonHarmsNobody() {
        for (String broken : List.of("]]]]}}}{\"name\":\"files/a\"", "[".repeat(1_000), "\"\\", ":::,,,{\"name\":\"")) {
            answer("files", broken, 5);
        }
        answer("files", "{\"name\":\"files/" + "x".repeat(5_000) + "\"}", 5);

        assertThat(affinities.size()).isEqualTo(1);
    }

    private @Nullable String named(String body) throws IOException {
        return NamedInBody.find(RequestBody.create(body, MediaType.get("application/json")), affinities);
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
    void aRequestNamesAResource(String body) throws IOException {
        assertThat(named(body)).isEqualTo("files/a");
    }

    @Test
    void aRequestNamesAnInteractionOrATunedModel() throws IOException {
        assertThat(named("{\"previous_interaction_id\":\"i\"}")).isEqualTo("interactions/i");
        assertThat(named("{\"model\":\"tunedModels/t\"}")).isEqualTo("tunedModels/t");
        assertThat(named("{\"model\":\"models/m\"}")).isNull();
    }

    @Test
    void whatAUserSaysIsNotTakenForAName() throws IOException {
        assertThat(
                        named(
                                "{\"contents\":[{\"parts\":[{\"text\":\"files/a\"},{\"text\":\"{\\\"fileUri\\\":\\\"files/a\\\"}\"}]}]}"))
                .isNull();
        assertThat(named("{\"fileUri\":\"https://www.example.com/watch?v=files\"}"))
                .isNull();
    }

    @Test
    void ofSeveralTheFirstThatIsKnownCounts() throws IOException {
        String body = "{\"parts\":[{\"fileUri\":\"files/a\"},{\"fileUri\":\"files/b\"},{\"fileUri\":\"files/c\"}]}";
        assertThat(named(body)).isEqualTo("files/a");

        affinities.remember("files/c", "p");
        assertThat(named(body)).isEqualTo("files/c");

        affinities.remember("files/b", "q");
        assertThat(named(body)).isEqualTo("files/b");
    }

    @Test
    void aBodyThatIsUsedUpByLookingIsNotLookedAt() throws IOException {
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
                throw new AssertionError("looked at");
            }
        };

        assertThat(NamedInBody.find(once, affinities)).isNull();
        assertThat(NamedInBody.find(null, affinities)).isNull();
        assertThat(NamedInBody.find(
                        RequestBody.create("{\"fileUri\":\"files/a\"}", MediaType.get("text/plain")), affinities))
                .isNull();
    }

    @Test
    void errorsNameResources() {
        assertThat(ResourceNames.inWords(
                        "You do not have permission to access the File a1-b2 or it may not exist. See tunedModels/t/operations/o,"
                                + " models/veo/operations/o and files/c."))
                .contains("files/a1-b2", "tunedModels/t", "models/veo/operations/o", "files/c");
    }
}
