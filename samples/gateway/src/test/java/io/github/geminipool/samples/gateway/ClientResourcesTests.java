package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.ALICE;
import static io.github.geminipool.samples.gateway.RunningGateway.BOB;
import static io.github.geminipool.samples.gateway.RunningGateway.CAROL;
import static io.github.geminipool.samples.gateway.RunningGateway.MODEL;
import static io.github.geminipool.samples.gateway.RunningGateway.generate;
import static io.github.geminipool.samples.gateway.RunningGateway.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.GeminiSimulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients have made, such as files and caches: each sees and uses its own. */
@Timeout(60)
class ClientResourcesTests {

    private static final String NAME = "\"(?:name|id)\"\\s*:\\s*\"(?:models/[^\"]*|([^\"]+))\"";

    @TempDir
    private static Path directory;

    private static GeminiSimulator simulator;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        // Of one project, since a list is that of one.
        simulator = GeminiSimulator.builder()
                .key(RunningGateway.KEY_ONE, key -> key.project("one"))
                .key(RunningGateway.KEY_TWO, key -> key.project("one"))
                .start();
        gateway = gateway();
    }

    private static RunningGateway gateway() {
        return RunningGateway.withClients(
                simulator.baseUrl(),
                "--gemini.pool.keys[1].project=one",
                "--gateway.owners-file=" + directory.resolve("owners.txt"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        simulator.close();
    }

    @BeforeEach
    void resetLog() {
        simulator.resetLog();
    }

    private static String upload(String token) {
        String session = RunningGateway.send(gateway.request("POST", "/upload/v1beta/files", "{\"file\":{}}")
                        .header("x-goog-api-key", token)
                        .header("X-Goog-Upload-Protocol", "resumable")
                        .header("X-Goog-Upload-Command", "start")
                        .build())
                .headers()
                .firstValue("X-Goog-Upload-URL")
                .orElseThrow();
        HttpRequest.Builder part = HttpRequest.newBuilder(URI.create(session))
                .header("X-Goog-Upload-Command", "upload, finalize")
                .header("X-Goog-Upload-Offset", "0")
                .POST(BodyPublishers.ofString("content"));
        assertThat(RunningGateway.send(part.copy()
                                .header("x-goog-api-key", token.equals(BOB) ? ALICE : BOB)
                                .build())
                        .statusCode())
                .isEqualTo(404);
        return nameIn(RunningGateway.send(part.build()));
    }

    private static String nameIn(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        Matcher name = Pattern.compile(NAME).matcher(response.body());
        while (name.find()) {
            if (name.group(1) != null) {
                return name.group(1);
            }
        }
        throw new AssertionError(response.body());
    }

    private static HttpResponse<String> get(String token, String path) {
        return gateway.send("GET", path, token, null);
    }

    private static HttpResponse<String> post(String token, String path, String body) {
        return gateway.send("POST", path, token, body);
    }

    @Test
    void filesAreTheirOwners() {
        String name = upload(ALICE);
        assertThat(get(ALICE, "/v1beta/" + name).statusCode()).isEqualTo(200);
        assertThat(get(CAROL, "/v1beta/" + name).statusCode()).isEqualTo(200);
        HttpResponse<String> stranger = get(BOB, "/v1beta/" + name);
        assertThat(stranger.statusCode()).isEqualTo(403);
        assertThat(stranger.body())
                .contains(
                        "You do not have permission to access the File " + name.substring(6) + " or it may not exist.");
        assertThat(get(BOB, "/v1alpha/" + name + ":download?alt=media").statusCode())
                .isEqualTo(403);
        assertThat(gateway.send("DELETE", "/v1beta/" + name, BOB, null).statusCode())
                .isEqualTo(403);
        assertThat(get(ALICE, "/v1beta/files").body()).contains(name);
        assertThat(get(CAROL, "/v1beta/files").body()).contains(name);
        assertThat(get(BOB, "/v1beta/files").body()).contains("\"files\":[]").doesNotContain(name);
        assertThat(gateway.send("DELETE", "/v1beta/" + name, ALICE, null).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'contents':[{'parts':[{'fileData':{'fileUri':'BASE/v1beta/NAME'}}]}]}",
                "{'contents':[{'parts':[{'file_data':{'file_uri':'NAME'}}]}]}",
                "{'contents':[{'parts':[{'fileData':{'\\u0066ileUri':'BASE/v1beta/%66iles/ID'}}]}]}",
                "{'contents':[{'parts':[{'text':'a'},{'fileData':{'fileUri':'https://generativelanguage.googleapis.com/v1/NAME'}}]}]}",
                "{'contents':[{'parts':[{'functionResponse':{'response':{},'parts':[{'fileData':{'fileUri':'NAME'}}]}}]}]}"
            })
    void bodiesNameOwnFilesOnly(String template) {
        String name = upload(ALICE);
        String body = template.replace('\'', '"')
                .replace("BASE", simulator.baseUrl())
                .replace("NAME", name)
                .replace("ID", name.substring("files/".length()));
        assertThat(post(BOB, generate(), body).statusCode()).isEqualTo(403);
        assertThat(post(ALICE, generate(), body).statusCode()).isNotEqualTo(403);
        assertThat(post(CAROL, generate(), body).statusCode()).isNotEqualTo(403);
    }

    @Test
    void promptsMayNameAnything() {
        String name = upload(ALICE);
        String functions = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" + name + "\"},"
                + "{\"functionCall\":{\"name\":\"read\",\"args\":{\"uri\":\"" + name + "\"}}},"
                + "{\"fileData\":{\"fileUri\":\"https://example.com/" + name + "\"}}]}]}";
        assertThat(post(BOB, generate(), functions).statusCode()).isEqualTo(200);
    }

    @Test
    void cachesAreTheirOwners() {
        String name = nameIn(post(
                ALICE,
                "/v1beta/cachedContents",
                "{\"model\":\"models/" + MODEL + "\",\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\""
                        + "long ".repeat(5_000) + "\"}]}]}"));
        String use = "{\"cachedContent\":\"" + name + "\",\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}";
        assertThat(post(ALICE, generate(), use).statusCode()).isEqualTo(200);
        assertThat(post(BOB, generate(), use).body()).contains("CachedContent not found (or permission denied)");
        assertThat(get(BOB, "/v1beta/" + name).statusCode()).isEqualTo(403);
        assertThat(get(BOB, "/v1beta/cachedContents").body()).doesNotContain(name);
        assertThat(get(ALICE, "/v1beta/cachedContents").body()).contains(name);
        String openAi = "{\"model\":\"" + MODEL + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
                + "\"extra_body\":{\"google\":{\"cached_content\":\"" + name + "\"}}}";
        HttpResponse<String> stranger = post(BOB, "/openai/v1/chat/completions", openAi);
        assertThat(stranger.statusCode()).isEqualTo(403);
        assertThat(stranger.body()).contains("\"code\":\"permission_denied\"");
    }

    @Test
    void batchesAreTheirOwners() {
        String name = nameIn(post(ALICE, "/v1beta/models/" + MODEL + ":batchGenerateContent", "{\"batch\":{}}"));
        assertThat(name).startsWith("batches/");
        assertThat(get(ALICE, "/v1beta/" + name).statusCode()).isEqualTo(200);
        assertThat(get(BOB, "/v1beta/" + name).statusCode()).isEqualTo(404);
        assertThat(post(BOB, "/v1beta/" + name + ":cancel", "{}").statusCode()).isEqualTo(404);
        assertThat(get(ALICE, "/v1beta/batches").body()).contains(name);
        assertThat(get(BOB, "/v1beta/batches").body()).doesNotContain(name);
        assertThat(get(BOB, "/openai/v1/batches").body()).doesNotContain(name);
        assertThat(get(BOB, "/openai/v1/" + name.replace("batches/", "batches/batches%2F"))
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void interactionsAreTheirOwners(boolean streams) {
        HttpResponse<String> made = post(
                ALICE,
                "/v1beta/interactions",
                "{\"model\":\"" + MODEL + "\",\"input\":\"Hi\",\"stream\":" + streams + "}");
        String id = nameIn(made);
        assertThat(get(ALICE, "/v1beta/interactions/" + id).statusCode()).isEqualTo(200);
        HttpResponse<String> stranger = get(BOB, "/v1beta/interactions/" + id);
        assertThat(stranger.statusCode()).isEqualTo(404);
        assertThat(stranger.body()).contains("\"code\":\"not_found\"");
        String next = "{\"model\":\"" + MODEL + "\",\"input\":\"Hi\",\"previous_interaction_id\":\"" + id + "\"}";
        assertThat(post(BOB, "/v1beta/interactions", next).statusCode()).isEqualTo(404);
        assertThat(post(ALICE, "/v1beta/interactions", next).statusCode()).isEqualTo(200);
    }

    @Test
    void ownersSurviveARestart() throws IOException {
        String name = upload(ALICE);
        gateway.close();
        gateway = gateway();
        assertThat(get(ALICE, "/v1beta/" + name).statusCode()).isEqualTo(200);
        assertThat(get(BOB, "/v1beta/" + name).statusCode()).isEqualTo(403);
        assertThat(Files.readString(directory.resolve("owners.txt")))
                .contains(" alice")
                .doesNotContain(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1beta/files?callback=steal",
                "/v1beta/files?alt=proto",
                "/v1beta/files?$alt=proto",
                "/v1beta/files?%24callback=steal"
            })
    void refusesFormsThatItCantRead(String path) {
        assertThat(get(BOB, path).statusCode()).isEqualTo(404);
        assertThat(simulator.requestCount()).isZero();
    }

    @Test
    void strangersVoicesAndAgentsCanBeReadOnly() {
        assertThat(gateway.send("DELETE", "/v1beta/voices/somebodys", BOB, null).statusCode())
                .isEqualTo(404);
        assertThat(simulator.requestCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'image_url':{'url':'https://generativelanguage.googleapis.com/v1beta/files/a'}}",
                "{'fileUri':'https://generativelanguage.googleapis.com/v1beta/files/mine/files/a'}",
                "{'fileUri':'https://generativelanguage googleapis.com/v1beta/elsewhere'}",
                "{'cachedContent':'a'}",
                "{'fileSearchStoreNames':['a']}",
                "{'previous_response_id':'a'}",
                "{'base_environment':'environments/a'}",
                "{'agent_config':{'baseAgent':'agents/a'}}",
                "{'webhookId':'webhooks/a'}"
            })
    void bodiesNameNothingOfOthersInOtherWays(String body) {
        assertThat(post(BOB, generate(), body.replace('\'', '"')).statusCode()).isIn(403, 404);
        assertThat(simulator.requestCount()).isZero();
    }

    @Test
    void descriptionsOfUploadsAreRead() {
        String body = "{\"file\":{\"uri\":\"files/a\"}}";
        HttpRequest.Builder start = gateway.request("POST", "/upload/v1beta/files", body)
                .header("x-goog-api-key", BOB)
                .header("X-Goog-Upload-Protocol", "resumable")
                .header("X-Goog-Upload-Command", "Start");
        assertThat(RunningGateway.send(start.build()).statusCode()).isEqualTo(403);
        assertThat(RunningGateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + generate()))
                                .header("x-goog-api-key", BOB)
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("{}"))
                                .build())
                        .statusCode())
                .isEqualTo(400);
        assertThat(simulator.requestCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/upload/v1beta/cachedContents",
                "/upload/v1beta/openai",
                "/upload/v1beta/files?upload_id=a&upload_id=b"
            })
    void refusesOtherUploads(String path) {
        assertThat(post(BOB, path, "{}").statusCode()).isEqualTo(404);
        assertThat(simulator.requestCount()).isZero();
    }

    @Test
    void refusesBodiesThatItCantRead() {
        assertThat(post(BOB, generate(), "{'contents':[]}").statusCode()).isEqualTo(400);
        assertThat(RunningGateway.send(gateway.request("POST", generate(), prompt("Hi"))
                                .header("x-goog-api-key", BOB)
                                .header("Content-Encoding", "gzip")
                                .build())
                        .statusCode())
                .isEqualTo(400);
        assertThat(post(BOB, "/v1alpha/auth_tokens", "{}").statusCode()).isEqualTo(403);
        assertThat(simulator.requestCount()).isZero();
    }
}
