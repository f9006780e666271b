package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.ALICE;
import static io.github.geminipool.samples.gateway.RunningGateway.BOB;
import static io.github.geminipool.samples.gateway.RunningGateway.KEY_ONE;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Gemini repeats of what a client has said makes nothing that client's own. */
@Timeout(60)
class ClaimedNamesTests {

    @TempDir
    private static Path directory;

    private static ScriptedGemini gemini;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        gemini = new ScriptedGemini(ClaimedNamesTests::answer);
        gateway = RunningGateway.withClients(gemini.url(), "--gateway.owners-file=" + directory.resolve("owners.txt"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        gemini.close();
    }

    /** Repeats what is sent, as far as it is not made here. */
    private static void answer(HttpExchange exchange) throws IOException {
        String said = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getPath();
        if (path.startsWith("/upload/")) {
            exchange.getResponseHeaders()
                    .set(
                            "X-Goog-Upload-URL",
                            gemini.url() + "/upload/v1beta/files?key=" + KEY_ONE + "&upload_id=1&$key=" + KEY_ONE);
        }
        byte[] body = (said.isEmpty() ? "{}" : said).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static int post(String token, String path, String body) {
        return gateway.send("POST", path, token, body.replace('\'', '"')).statusCode();
    }

    private static int get(String token, String path) {
        return gateway.send("GET", path, token, null).statusCode();
    }

    @Test
    void namesThatAClientChoosesAreNotItsOwn() {
        assertThat(post(ALICE, "/v1beta/webhooks", "{'id':'of-alice'}")).isEqualTo(200);
        assertThat(post(
                        BOB,
                        "/v1beta/webhooks",
                        "{'id':'of-bob','name':'webhooks/of-nobody','uri':'http://h/files/of-nobody'}"))
                .isEqualTo(200);
        assertThat(get(BOB, "/v1beta/webhooks/of-bob")).isEqualTo(200);
        assertThat(get(BOB, "/v1beta/webhooks/of-alice")).isEqualTo(404);
        assertThat(get(BOB, "/v1beta/files/of-nobody")).isEqualTo(403);
        assertThat(post(
                        BOB,
                        "/v1beta/cachedContents",
                        "{'name':'cachedContents/b','usage':{'name':'files/of-nobody'}}"))
                .isEqualTo(200);
        assertThat(get(BOB, "/v1beta/files/of-nobody")).isEqualTo(403);
    }

    @Test
    void whatAMethodFindsIsNotMadeByIt() {
        assertThat(post(ALICE, "/v1beta/triggers", "{'id':'of-alice'}")).isEqualTo(200);
        assertThat(post(BOB, "/v1beta/triggers:find", "{'id':'of-alice'}")).isEqualTo(200);
        assertThat(get(BOB, "/v1beta/triggers/of-alice")).isEqualTo(404);
        assertThat(get(ALICE, "/v1beta/triggers/of-alice")).isEqualTo(200);
    }

    @Test
    void theEnvironmentOfAnInteractionIsItsClients() {
        assertThat(post(ALICE, "/v1beta/interactions", "{'id':'i','environment_id':'e-1'}"))
                .isEqualTo(200);
        assertThat(get(ALICE, "/v1beta/environments/e-1")).isEqualTo(200);
        assertThat(get(BOB, "/v1beta/environments/e-1")).isEqualTo(404);
        assertThat(post(BOB, "/v1beta/interactions", "{'input':'Hi','environment':'e-1'}"))
                .isEqualTo(404);
    }

    @Test
    void sessionsOfUploadsHoldNoKey() {
        HttpResponse<String> begun = gateway.send("POST", "/upload/v1beta/files", ALICE, "{}");
        assertThat(begun.headers().firstValue("X-Goog-Upload-URL"))
                .hasValue(gateway.url() + "/upload/v1beta/files?upload_id=1");
        assertThat(begun.headers().map().toString()).doesNotContain(KEY_ONE);
        assertThat(post(BOB, "/upload/v1beta/files?$upload_id=1", "{}")).isEqualTo(404);
    }
}
