package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.ALICE;
import static io.github.geminipool.samples.gateway.RunningGateway.BOB;
import static io.github.geminipool.samples.gateway.RunningGateway.generate;
import static io.github.geminipool.samples.gateway.RunningGateway.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client can't name another's resources in what it uploads, nor in other places beside JSON. */
@Timeout(60)
class UploadedNamesTests {

    private static final String NAME = "files/of-alice-1";
    private static final String LINE =
            "{\"key\":\"1\",\"request\":{\"contents\":[{\"parts\":[{\"fileData\":{\"fileUri\":\"NAME\"}}]}]}}\n";
    private static final String SESSION = "/upload/v1beta/files?upload_protocol=resumable&upload_id=";

    @TempDir
    private static Path directory;

    private static final AtomicInteger requests = new AtomicInteger();
    private static ScriptedGemini gemini;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        gemini = new ScriptedGemini(UploadedNamesTests::answer);
        gateway = RunningGateway.withClients(gemini.url(), "--gateway.owners-file=" + directory.resolve("owners.txt"));
        assertThat(gateway.send("POST", "/v1beta/files", ALICE, "{}").statusCode())
                .isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        gemini.close();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        requests.incrementAndGet();
        String target = exchange.getRequestURI().toString();
        String command = exchange.getRequestHeaders().getFirst("X-Goog-Upload-Command");
        String answer = "{}";
        int status = 200;
        if (target.equals("/v1beta/files")) {
            answer = "{\"file\":{\"name\":\"" + NAME + "\"}}";
        } else if (target.contains("operations/")) {
            answer = "{\"name\":\"models/veo/operations/1\",\"done\":true,\"response\":{\"generateVideoResponse\":"
                    + "{\"generatedSamples\":[{\"video\":{\"uri\":\"https://h/v1beta/files/video-1:download\"}}]}}}";
        } else if (target.contains("predictLongRunning")) {
            answer = "{\"name\":\"models/veo/operations/1\"}";
        } else if ("start".equals(command)) {
            exchange.getResponseHeaders().set("X-Goog-Upload-URL", gemini.url() + SESSION + requests.get());
        } else if ("wrong".equals(exchange.getRequestHeaders().getFirst("X-Test"))) {
            status = 400;
        }
        byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static HttpResponse<String> post(String token, String path, String type, String body, String... headers) {
        HttpRequest.Builder request = gateway.request("POST", path, body)
                .setHeader("Content-Type", type)
                .header("x-goog-api-key", token);
        return RunningGateway.send(
                headers.length == 0 ? request.build() : request.headers(headers).build());
    }

    private static int raw(String token, String content) {
        return post(token, "/upload/v1beta/files", "application/jsonl", content, "X-Goog-Upload-Protocol", "raw")
                .statusCode();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                NAME,
                "https://generativelanguage.googleapis.com/v1beta/" + NAME,
                "files\\/of-alice-1",
                "\\u0066iles/of-\\u0061lice-1",
                "https://generativelanguage.googleapis.com/v1beta/%66iles%2Fof-alice%2d1"
            })
    void linesOfABatchFileNameNothingOfOthers(String named) {
        String content = LINE.replace("NAME", "files/of-bob").repeat(3) + LINE.replace("NAME", named);
        int before = requests.get();
        assertThat(raw(BOB, content)).isEqualTo(403);
        assertThat(requests).hasValue(before);
        assertThat(raw(ALICE, content)).isEqualTo(200);
        assertThat(raw(BOB, content.replace(named, "files/of-alice-12"))).isEqualTo(200);
    }

    @Test
    void filesThatPassAsTheyComeAreSearchedToo() {
        assertThat(raw(BOB, "a".repeat(3_000_000) + LINE.replace("NAME", NAME))).isEqualTo(403);
        assertThat(raw(BOB, "a".repeat(3_000_000) + LINE.replace("NAME", "files/b")))
                .isEqualTo(200);
    }

    @Test
    void formsNameNothingOfOthers() {
        String form = "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"a.jsonl\"\r\n\r\n"
                + LINE.replace("NAME", NAME) + "\r\n--b--\r\n";
        assertThat(post(BOB, "/openai/v1/files", "multipart/form-data; boundary=b", form)
                        .statusCode())
                .isEqualTo(403);
        String related = "--b\r\nContent-Type: application/json\r\n\r\n{\"file\":{\"name\":\"" + NAME
                + "\"}}\r\n--b\r\nContent-Type: text/plain\r\n\r\nHi\r\n--b--\r\n";
        String path = "/upload/v1beta/files?uploadType=multipart";
        assertThat(post(BOB, path, "multipart/related; boundary=b", related).statusCode())
                .isEqualTo(403);
        assertThat(post(ALICE, path, "multipart/related; boundary=b", related).statusCode())
                .isEqualTo(200);
    }

    private static String session() {
        HttpResponse<String> started = post(
                BOB,
                "/upload/v1beta/files",
                "application/json",
                "{}",
                "X-Goog-Upload-Protocol",
                "resumable",
                "X-Goog-Upload-Command",
                "start");
        String url = started.headers().firstValue("X-Goog-Upload-URL").orElseThrow();
        return url.substring(url.indexOf("/upload/"));
    }

    private static int part(String session, String command, String content, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "X-Goog-Upload-Command";
        all[1] = command;
        return post(BOB, session, "application/octet-stream", content, all).statusCode();
    }

    @Test
    void aNameThatGoesOnInTheNextPartIsFound() {
        String line = LINE.replace("NAME", NAME);
        for (int at : List.of(line.indexOf("iles/"), line.indexOf("/of-alice"), line.indexOf("ice-1"))) {
            String session = session();
            assertThat(part(session, "upload", line.substring(0, at))).isEqualTo(200);
            assertThat(part(session, "upload", "another start", "X-Test", "wrong"))
                    .isEqualTo(400);
            assertThat(part(session, "upload, finalize", line.substring(at))).isEqualTo(403);
        }
    }

    @Test
    void parametersNameNothingOfOthers() {
        assertThat(post(BOB, generate() + "?cachedContent=of-alice", "application/json", prompt("Hi"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(post(BOB, generate() + "?request.file_uri=" + NAME, "application/json", prompt("Hi"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(post(BOB, generate() + "?alt=json", "application/json", prompt("Hi"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void compressedUploadsAreRefused() {
        assertThat(post(
                                BOB,
                                "/upload/v1beta/files",
                                "application/jsonl",
                                "a",
                                "X-Goog-Upload-Protocol",
                                "raw",
                                "Content-Encoding",
                                "gzip")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void videosBelongToWhoseOperationMadeThem() {
        assertThat(gateway.send("GET", "/v1beta/files/video-1", ALICE, null).statusCode())
                .isEqualTo(403);
        assertThat(gateway.send("POST", "/v1beta/models/veo:predictLongRunning", ALICE, "{}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(gateway.send("GET", "/v1beta/models/veo/operations/1", BOB, null)
                        .statusCode())
                .isEqualTo(404);
        assertThat(gateway.send("GET", "/v1beta/models/veo/operations/1", ALICE, null)
                        .statusCode())
                .isEqualTo(200);
        String download = "/v1beta/files/video-1:download?alt=media";
        assertThat(gateway.send("GET", download, ALICE, null).statusCode()).isEqualTo(200);
        assertThat(gateway.send("GET", download, BOB, null).statusCode()).isEqualTo(403);
    }

    @Test
    void formsWithEncodedPartsAreRefused() {
        String form =
                "--b\r\nContent-Disposition: form-data; name=\"file\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                        + Base64.getEncoder()
                                .encodeToString(LINE.replace("NAME", NAME).getBytes(StandardCharsets.UTF_8))
                        + "\r\n--b--\r\n";
        int before = requests.get();
        String whole = "/upload/v1beta/files?uploadType=multipart";
        for (String content : List.of(form, "--b\r\n\r\n" + "a".repeat(3_000_000) + "\r\n" + form)) {
            assertThat(post(BOB, whole, "multipart/related; boundary=b", content)
                            .statusCode())
                    .isEqualTo(400);
            assertThat(post(BOB, "/openai/v1/files", "multipart/form-data; boundary=b", content)
                            .statusCode())
                    .isEqualTo(400);
        }
        assertThat(post(BOB, whole, "multipart/related; boundary=b; Boundary=c", form)
                        .statusCode())
                .isEqualTo(400);
        assertThat(post(BOB, whole, "multipart/related; boundary", form).statusCode())
                .isEqualTo(400);
        assertThat(requests.get() - before).isLessThanOrEqualTo(2);
        String plain = form.replace("base64", "Binary");
        assertThat(post(BOB, whole, "multipart/related; boundary=b", plain).statusCode())
                .isEqualTo(200);
        assertThat(post(
                                BOB,
                                whole,
                                "multipart/related; boundary=c",
                                form.replace("--b", "--c").replace("base64", "8bit") + form)
                        .statusCode())
                .isEqualTo(200);
    }
}
