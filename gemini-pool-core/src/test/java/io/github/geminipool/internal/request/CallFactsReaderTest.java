package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.Operation;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallFactsReaderTest {

    private static final String HOST = "https://gemini.example";

    private static Request request(String method, String path) {
        boolean hasBody = !method.equals("GET") && !method.equals("HEAD") && !method.equals("DELETE");
        return new Request.Builder()
                .url(HOST + path)
                .method(method, hasBody ? RequestBody.create("", null) : null)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1beta/models/m:generateContent,                 a,               /v1beta/models/a:generateContent",
        "/p/v1/models/m:streamGenerateContent?alt=sse&b=%2F, a,             /p/v1/models/a:streamGenerateContent?alt=sse&b=%2F",
        "/v1beta/models/x:y:generateContent,               a,               /v1beta/models/a:generateContent",
        "/v1beta/tunedModels/t:generateContent,            a,               /v1beta/models/a:generateContent",
        "/v1beta/models/m:generateContent,                 tunedModels/t,   /v1beta/tunedModels/t:generateContent",
        "/v1beta/models/m:generateContent,                 a?b#c,           /v1beta/models/a%3Fb%23c:generateContent"
    })
    void replacesTheModelInAUrl(String path, String model, String expected) {
        assertThat(CallFactsReader.forModel(HttpUrl.get(HOST + path), model)).hasToString(HOST + expected);
    }

    @ParameterizedTest
    @CsvSource({
        "POST,   /v1beta/models/gemini-flash-latest:generateContent,                   GENERATE,     gemini-flash-latest",
        "POST,   /v1beta/models/gemini-flash-latest:generateContent?key=k,             GENERATE,     gemini-flash-latest",
        "POST,   /v1/models/gemini-flash-latest:generateContent,                       GENERATE,     gemini-flash-latest",
        "POST,   /proxy/a/v1beta/models/m:generateContent,                             GENERATE,     m",
        "POST,   /v1beta/models/m:streamGenerateContent?alt=sse,                       STREAM,       m",
        "POST,   /v1beta/models/imagen-4.0:predict,                                    GENERATE,     imagen-4.0",
        "POST,   /v1beta/models/aqa:generateAnswer,                                    GENERATE,     aqa",
        "POST,   /v1beta/models/veo:predictLongRunning,                                WRITE,        veo",
        "POST,   /v1beta/models/e:embedContent,                                        EMBED,        e",
        "POST,   /v1beta/models/e:batchEmbedContents,                                  EMBED,        e",
        "POST,   /v1beta/models/m:countTokens,                                         COUNT_TOKENS, m",
        "POST,   /v1beta/models/m:batchGenerateContent,                                WRITE,        m",
        "POST,   /v1beta/models/m:asyncBatchEmbedContent,                              WRITE,        m",
        "POST,   /v1beta/tunedModels/t-1:generateContent,                              GENERATE,     tunedModels/t-1",
        "POST,   /v1beta/models/a:b:generateContent,                                   GENERATE,     a:b",
        "GET,    /v1beta/models,                                                       READ,         (none)",
        "GET,    /v1beta/models/m,                                                     READ,         (none)",
        "GET,    /v1beta/models/veo/operations/o-1,                                    READ,         (none)",
        "GET,    /v1beta/files?pageSize=10,                                            READ,         (none)",
        "GET,    /v1beta/files/f:download?alt=media,                                   READ,         (none)",
        "HEAD,   /v1beta/files/f,                                                      READ,         (none)",
        "DELETE, /v1beta/files/f,                                                      DELETE,       (none)",
        "POST,   /v1beta/cachedContents,                                               WRITE,        (none)",
        "PATCH,  /v1beta/cachedContents/c,                                             WRITE,        (none)",
        "DELETE, /v1beta/cachedContents/c,                                             DELETE,       (none)",
        "POST,   /v1beta/batches/b:cancel,                                             WRITE,        (none)",
        "POST,   /v1beta/tunedModels,                                                  WRITE,        (none)",
        "POST,   /v1beta/fileSearchStores/s:importFile,                                WRITE,        (none)",
        "POST,   /v1beta/interactions,                                                 WRITE,        (none)",
        "GET,    /v1beta/interactions/i,                                               READ,         (none)",
        "POST,   /upload/v1beta/files,                                                 UPLOAD_START, (none)",
        "POST,   /upload/v1beta/fileSearchStores/s:uploadToFileSearchStore,            UPLOAD_START, (none)",
        "GET,    /ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent, LIVE, (none)",
        "GET,    /ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContentConstrained, LIVE, (none)",
        "GET,    /,                                                                    READ,         (none)",
        "POST,   /v1beta/models/:generateContent,                                      WRITE,        (none)",
        "POST,   /:generateContent,                                                    WRITE,        (none)",
    })
    void readsTheOperationAndTheModel(String method, String path, Operation operation, String model) {
        CallFacts facts = CallFactsReader.read(request(method, path));

        assertThat(facts.operation()).isEqualTo(operation);
        assertThat(facts.model()).isEqualTo(model);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /v1beta/files/f,                                           files/f",
        "GET,    /v1beta/files/f:download?alt=media,                        files/f",
        "GET,    /proxy/v2/v1beta/files/f,                                  files/f",
        "DELETE, /v1/files/f,                                               files/f",
        "PATCH,  /v1beta/cachedContents/c,                                  cachedContents/c",
        "POST,   /v1beta/batches/b:cancel,                                  batches/b",
        "POST,   /v1beta/tunedModels/t-1:generateContent,                   tunedModels/t-1",
        "GET,    /v1beta/tunedModels/t/operations/o,                        tunedModels/t",
        "GET,    /v1beta/models/veo/operations/o-1,                         models/veo/operations/o-1",
        "GET,    /v1beta/operations/o,                                      operations/o",
        "POST,   /v1beta/fileSearchStores/s:importFile,                     fileSearchStores/s",
        "GET,    /v1beta/fileSearchStores/s/documents/d?pageToken=p,        fileSearchStores/s",
        "GET,    /v1beta/fileSearchStores/s/upload/operations/o,            fileSearchStores/s",
        "POST,   /upload/v1beta/fileSearchStores/s:uploadToFileSearchStore, fileSearchStores/s",
        "GET,    /v1beta/interactions/i,                                    interactions/i",
        "POST,   /v1beta/interactions/i/cancel,                             interactions/i",
        "GET,    /v1beta/files?pageToken=p%2F1&pageSize=10,                 files?pageToken=p/1",
        "GET,    /v1beta/files,                                             ",
        "GET,    /v1beta/files?pageToken=,                                  ",
        "GET,    /v1beta/models/m,                                          ",
        "GET,    /v1beta/models?pageToken=p,                                ",
        "POST,   /v1beta/models/m:generateContent,                          ",
        "GET,    /v1beta/environments/e/files/f,                            environments/e",
        "POST,   /upload/v1beta/environments/e/files,                       environments/e",
        "GET,    /v1beta/webhooks/w,                                        webhooks/w",
        "POST,   /v1beta/webhooks/w:ping,                                   webhooks/w",
        "PATCH,  /v1beta/agents/a,                                          agents/a",
        "DELETE, /v1/voices/v,                                              voices/v",
        "GET,    /v1beta/credentials/c,                                     credentials/c",
        "POST,   /v1beta/triggers/t:run,                                    triggers/t",
        "GET,    /v1beta/triggers/t/executions/x,                           triggers/t",
        "GET,    /v1beta/agents?pageToken=p,                                agents?pageToken=p",
        "POST,   /v1beta/agents,                                            ",
        "POST,   /v1beta/decisions,                                         ",
        "GET,    /v1beta/openai/files/file-1,                               files/file-1",
        "GET,    /v1beta/openai/files/files/f,                              files/f",
        "POST,   /v1beta/openai/batches/batches/b/cancel,                   batches/b",
        "GET,    /v1beta/x/files/f,                                         ",
        "GET,    /files/f,                                                  ",
        "GET,    /v1beta/files/f%0Ag,                                       ",
    })
    void readsTheResourceInTheUrl(String method, String path, @Nullable String resource) {
        assertThat(CallFactsReader.read(request(method, path)).affinity()).isEqualTo(resource);
    }

    @Test
    void ignoresANameThatIsTooLong() {
        assertThat(CallFactsReader.read(request("GET", "/v1beta/files/" + "f".repeat(1_000)))
                        .affinity())
                .isNull();
    }

    @Test
    void bindsTheChunksOfAnUploadToItsSession() {
        String session = "/upload/v1beta/files?upload_id=abc&upload_protocol=resumable";
        HttpUrl announced = HttpUrl.get("https://another-host.example" + session);
        for (String command : new String[] {"upload", "upload, finalize", "query", "cancel"}) {
            Request chunk = request("POST", session + "&key=k")
                    .newBuilder()
                    .header("X-Goog-Upload-Command", command)
                    .build();

            CallFacts facts = CallFactsReader.read(chunk);

            assertThat(facts.operation()).isEqualTo(Operation.UPLOAD_CHUNK);
            assertThat(facts.affinity()).isEqualTo(CallFactsReader.uploadSession(announced));
        }
    }

    @Test
    void doesNotBindTheStartOfAnUpload() {
        Request start = request("POST", "/upload/v1beta/files")
                .newBuilder()
                .header("X-Goog-Upload-Command", "start")
                .build();

        assertThat(CallFactsReader.read(start))
                .isEqualTo(new CallFacts(Operation.UPLOAD_START, CallFacts.NO_MODEL, null));
    }

    @Test
    void distinguishesSessionsByTheirId() {
        assertThat(CallFactsReader.uploadSession(HttpUrl.get(HOST + "/upload/v1beta/files?upload_id=a")))
                .isNotEqualTo(CallFactsReader.uploadSession(HttpUrl.get(HOST + "/upload/v1beta/files?upload_id=b")));
        assertThat(CallFactsReader.uploadSession(HttpUrl.get(HOST + "/upload/v1beta/files?key=s&upload_id=a")))
                .doesNotContain("key")
                .isEqualTo("/upload/v1beta/files?upload_id=a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%0d%0aforged", "%e2%80%8b", "%00"})
    void removesControlAndFormatCharactersFromModelNames(String character) {
        String model = CallFactsReader.read(request("POST", "/v1beta/models/m" + character + ":generateContent"))
                .model();

        assertThat(model).startsWith("m");
        assertThat(model.chars()).noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
    }

    @Test
    void truncatesLongModelNames() {
        String model = CallFactsReader.read(request("POST", "/v1beta/models/" + "m".repeat(5_000) + ":generateContent"))
                .model();

        assertThat(model).hasSize(501);
    }
}
