package io.github.geminipool.wire.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RawServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a request brings, the bytes that leave hold one credential, which is a key of the pool. */
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class CredentialsWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");

    private final ManualTime time = new ManualTime();
    private RawServer server;
    private GeminiPool pool;

    @BeforeEach
    void start() throws IOException {
        server = new RawServer();
        answer("200 OK");
        GeminiPoolBuilder builder = GeminiPool.builder().key(KEY).timeSource(time);
        pool = builder.settings(builder.settings().withBaseUrl(server.url())).build();
    }

    @AfterEach
    void stop() throws IOException {
        pool.close(Duration.ZERO);
        server.close();
    }

    private void answer(String status) {
        server.answer(status, new byte[] {'{', '}'}, "Content-Type: application/json");
    }

    private Request.Builder withEveryCredential(String pathAndQuery) {
        Request.Builder request = new Request.Builder().url(url(pathAndQuery));
        for (String name : List.of(
                "authorization",
                "AUTHORIZATION",
                "x-goog-api-key",
                "X-GOOG-API-KEY",
                "x-goog-user-project",
                "OpenAI-Organization",
                "openai-PROJECT",
                "Cookie",
                "cookie",
                "Proxy-Authorization")) {
            request.addHeader(name, "callers-own");
        }
        return request;
    }

    private String url(String pathAndQuery) {
        return server.url() + pathAndQuery;
    }

    private void assertOneCredential(String header) {
        String head = server.heads().get(server.heads().size() - 1);
        assertThat(head).doesNotContain("callers").containsOnlyOnce(KEY);
        List<String> names = new ArrayList<>();
        head.lines()
                .skip(1)
                .filter(line -> line.contains(":"))
                .forEach(line -> names.add(line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT)));
        assertThat(names)
                .contains(header)
                .isSubsetOf(
                        "host",
                        "connection",
                        "accept-encoding",
                        "user-agent",
                        "content-type",
                        "content-length",
                        header);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1beta/models/m:generateContent?key=callers&%6Bey=callers&access_token=callers&KEY=callers",
                "/v1/models?alt=json&key=callers&key=callers",
                "/upload/v1beta/files?%24key=callers&upload_protocol=resumable",
                "/v1beta/interactions?oauth_token=callers",
                "/v1beta/models/openai:generateContent"
            })
    void leavesInTheHeaderOfGemini(String path) throws IOException {
        Request request =
                withEveryCredential(path).post(RequestBody.create(new byte[0])).build();
        try (Response response = pool.httpClient().newCall(request).execute()) {
            assertThat(response.request()).isSameAs(request);
            assertThat(response.toString()).doesNotContain(KEY);
        }
        assertOneCredential("x-goog-api-key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1beta/openai/chat/completions",
                "/v1beta/openai/models?key=callers&access_token=callers",
                "/v1/openai/embeddings?%6Bey=callers"
            })
    void leavesAsABearerTokenOnOpenAiPaths(String path) throws IOException {
        Request request = withEveryCredential(path).build();
        try (Response response = pool.httpClient().newCall(request).execute()) {
            assertThat(response.request()).isSameAs(request);
        }
        assertOneCredential("authorization");
    }

    @Test
    void leavesWithTheProbeOfAKey() throws IOException {
        answer("401 No");
        Request request = withEveryCredential("/v1beta/models").build();
        pool.httpClient().newCall(request).execute().close();
        time.advance(Duration.ofMinutes(5));
        Eventually.await("the probe", () -> server.heads().size() > 1);
        assertThat(server.heads().get(1)).startsWith("GET /v1beta/models/");
        assertOneCredential("x-goog-api-key");
    }
}
