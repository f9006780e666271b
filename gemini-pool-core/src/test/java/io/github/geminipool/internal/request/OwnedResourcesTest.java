package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.KeyChoice;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OwnedResourcesTest {

    private static final String FILE_A = "{\"fileUri\":\"files/a\"}";

    private final OwnedResources resources = new OwnedResources();

    private static Request request(String method, String path, @Nullable String json) {
        return new Request.Builder()
                .url("https://gemini.example" + path)
                .method(method, json == null ? null : RequestBody.create(json, MediaType.get("application/json")))
                .build();
    }

    private static Request post(String path, String json) {
        return request("POST", path, json);
    }

    private static Request generate(String json) {
        return post("/v1beta/models/m:generateContent", json);
    }

    private static Request get(String path) {
        return request("GET", path, null);
    }

    /** Lets a project respond with success. */
    private void responds(String project, Request request, String... header) {
        Response.Builder response = new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(200)
                .message("OK");
        if (header.length > 0) {
            response.header(header[0], header[1]);
        }
        resources.answered(request, resources.factsOf(request), response.build(), project);
    }

    private KeyFilter filterOf(Request request) {
        return resources.filterOf(resources.factsOf(request), KeyChoice.ANY);
    }

    private @Nullable String ownerOf(Request request) {
        return filterOf(request).boundProject();
    }

    @Test
    void doesNotReadBodiesWhileNoOwnerIsKnown() {
        assertThat(resources.factsOf(generate(FILE_A)).affinity()).isNull();
        assertThat(filterOf(generate(FILE_A))).isSameAs(KeyFilter.ANY);
        assertThat(filterOf(get("/v1beta/files/a"))).isSameAs(KeyFilter.ANY);
    }

    @Test
    void aProjectOwnsWhatItReadOrChanged() {
        responds("p", get("/v1beta/files/a"));
        responds("q", request("PATCH", "/v1beta/cachedContents/c", "{}"));
        responds("r", post("/v1beta/fileSearchStores/s:importFile", "{}"));

        assertThat(ownerOf(generate(FILE_A))).isEqualTo("p");
        assertThat(ownerOf(get("/v1beta/cachedContents/c"))).isEqualTo("q");
        assertThat(ownerOf(get("/v1beta/fileSearchStores/s/operations/o"))).isEqualTo("r");
        assertThat(ownerOf(get("/v1beta/files/another"))).isNull();
    }

    @Test
    void aResponseToAPromptProvesTheOwnerOfWhatThePromptNames() {
        responds("p", get("/v1beta/files/other"));
        responds("q", generate(FILE_A));

        assertThat(ownerOf(get("/v1beta/files/a"))).isEqualTo("q");
    }

    @Test
    void startingABatchOrCountingTokensProvesNothing() {
        responds("p", get("/v1beta/files/other"));
        responds("q", post("/v1beta/models/m:batchGenerateContent", "{\"file_name\":\"files/a\"}"));
        responds("q", post("/v1beta/models/m:countTokens", FILE_A));

        assertThat(ownerOf(get("/v1beta/files/a"))).isNull();
    }

    @Test
    void theUrlOfARequestComesBeforeItsBody() {
        responds("p", get("/v1beta/files/a"));
        responds("q", get("/v1beta/tunedModels/t"));

        assertThat(ownerOf(post("/v1beta/tunedModels/t:generateContent", FILE_A)))
                .isEqualTo("q");
        assertThat(ownerOf(post("/v1beta/tunedModels/unknown:generateContent", FILE_A)))
                .as("a known owner comes first")
                .isEqualTo("p");
    }

    @Test
    void prefersTheLikeliestProjectIfTheOwnerIsUnknown() {
        responds("p", get("/v1beta/files/a"));
        responds("q", get("/v1beta/cachedContents/c"));

        assertThat(filterOf(get("/v1beta/files/b")).choice().preferredProject()).isEqualTo("p");
        assertThat(filterOf(generate("{\"cachedContent\":\"cachedContents/d\"}"))
                        .choice()
                        .preferredProject())
                .isEqualTo("q");
        assertThat(filterOf(generate("{}"))).isSameAs(KeyFilter.ANY);
        assertThat(resources
                        .filterOf(
                                resources.factsOf(get("/v1beta/files/b")),
                                KeyChoice.ANY.withPreferredProject("caller's"))
                        .choice()
                        .preferredProject())
                .isEqualTo("caller's");
    }

    @Test
    void forgetsADeletedResourceButNotTheWholeOfADeletedPart() {
        responds("p", get("/v1beta/fileSearchStores/s"));
        responds("p", request("DELETE", "/v1beta/fileSearchStores/s/documents/d", null));
        assertThat(ownerOf(get("/v1beta/fileSearchStores/s"))).isEqualTo("p");

        responds("p", request("DELETE", "/v1beta/fileSearchStores/s?force=true", null));
        assertThat(ownerOf(get("/v1beta/fileSearchStores/s"))).isNull();
    }

    @Test
    void remembersAnUploadSessionUntilItEnds() {
        String session = "/upload/v1beta/files?upload_id=u";
        Request chunk = post(session, "")
                .newBuilder()
                .header("X-Goog-Upload-Command", "upload, finalize")
                .build();
        responds(
                "p", post("/upload/v1beta/files", "{}"), "X-Goog-Upload-URL", "https://another-host.example" + session);
        assertThat(ownerOf(chunk)).isEqualTo("p");

        responds("p", chunk, "X-Goog-Upload-Status", "active");
        assertThat(ownerOf(chunk)).isEqualTo("p");

        responds("p", chunk, "X-Goog-Upload-Status", "final");
        assertThat(ownerOf(chunk)).isNull();
    }

    @Test
    void scansOnlyResponsesAboutResources() {
        assertThat(isScanned(generate(FILE_A))).isFalse();
        assertThat(isScanned(post("/v1beta/models/m:streamGenerateContent?alt=sse", "{}")))
                .isFalse();
        assertThat(isScanned(post("/v1beta/models/m:embedContent", "{}"))).isFalse();
        assertThat(isScanned(get("/v1beta/models"))).isFalse();
        assertThat(isScanned(get("/v1beta/files/a:download?alt=media"))).isFalse();
        assertThat(isScanned(request("DELETE", "/v1beta/files/a", null))).isFalse();
        assertThat(isScanned(get("/v1beta/files"))).isTrue();
        assertThat(isScanned(get("/v1beta/models/veo/operations/o"))).isTrue();
        assertThat(isScanned(post("/v1beta/models/veo:predictLongRunning", "{}")))
                .isTrue();
        assertThat(isScanned(post("/v1beta/interactions", "{}"))).isTrue();
    }

    private boolean isScanned(Request request) {
        return resources.scanOf(request, resources.factsOf(request), "p") != null;
    }

    @Test
    void afterAnErrorReturnsTheOwnerOfTheResourceItNames() {
        responds("p", get("/v1beta/files/a"));
        responds("q", get("/v1beta/files/b"));
        Request unreadable = new Request.Builder()
                .url("https://gemini.example/v1beta/models/m:generateContent")
                .post(RequestBody.create(FILE_A, MediaType.get("text/plain")))
                .build();
        CallFacts facts = resources.factsOf(unreadable);

        assertThat(resources.ownerAfter("the File b or it may not exist", facts, unreadable))
                .isEqualTo("q");
        assertThat(resources.ownerAfter("nothing", facts, unreadable)).isNull();
        assertThat(resources.ownerAfter("nothing", facts, generate(FILE_A)))
                .as("the owner has become known meanwhile")
                .isEqualTo("p");
    }
}
