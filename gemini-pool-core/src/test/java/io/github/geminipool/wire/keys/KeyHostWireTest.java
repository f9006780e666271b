package io.github.geminipool.wire.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.types.UploadFileConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys are sent to the configured host only: of two servers, one must never receive a request. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class KeyHostWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private GeminiSimulator simulator;
    private GeminiSimulator elsewhere;
    private GeminiPool pool;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY));
        elsewhere = invariants.simulator(b -> b.key(KEY));
        pool = invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .settings(b.settings().withRetry(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 0))));
    }

    private static int port(GeminiSimulator of) {
        return URI.create(of.baseUrl()).getPort();
    }

    /** In the patterns, %1$d is the configured port, and %2$d that of the other server. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:%2$d/v1beta/models",
                "https://127.0.0.1:%2$d/v1beta/models",
                "https://127.0.0.1:%1$d/v1beta/models",
                "http://127.0.0.1/v1beta/models",
                "http://localhost:%2$d/v1beta/models",
                "http://localhost:%1$d/v1beta/models",
                "http://LOCALHOST:%2$d/v1beta/models",
                "http://localhost.:%2$d/v1beta/models",
                "http://127.0.0.1.:%1$d/v1beta/models",
                "http://127.0.0.1:%1$d@127.0.0.1:%2$d/v1beta/models",
                "http://127.0.0.1%%3A%1$d@localhost:%2$d/v1beta/models",
                "http://user:word@127.0.0.1:%1$d/v1beta/models",
                "http://evil.example@127.0.0.1:%1$d/v1beta/models",
                "http://[::1]:%2$d/v1beta/models",
                "http://[::1]:%1$d/v1beta/models",
                "http://[::ffff:7f00:2]:%2$d/v1beta/models",
                "http://2130706433:%2$d/v1beta/models",
                "http://0x7f000001:%2$d/v1beta/models",
                "http://0177.0.0.1:%2$d/v1beta/models",
                "http://127.1:%2$d/v1beta/models",
                "http://0.0.0.0:%2$d/v1beta/models",
                "http://127.0.0.2:%2$d/v1beta/models",
                "http://127.0.0.1.evil.example:%2$d/v1beta/models",
                "http://evil.example\\@127.0.0.1:%2$d/v1beta/models",
                "ws://127.0.0.1:%2$d/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent",
            })
    void otherUrlsAreRefusedWithWords(String pattern) {
        String url = String.format(pattern, port(simulator), port(elsewhere));
        Request request = new Request.Builder().url(url).build();
        assertRefused(catchThrowable(() -> pool.httpClient().newCall(request).execute()));
        CompletableFuture<Response> later = new CompletableFuture<>();
        pool.httpClient().newCall(request).enqueue(new Callback() {
            @Override
            public void onFailure(Call call, IOException e) {
                later.completeExceptionally(e);
            }

            @Override
            public void onResponse(Call call, Response response) {
                later.complete(response);
            }
        });
        Throwable async = catchThrowable(later::join);
        assertThat(async).isInstanceOf(CompletionException.class);
        assertRefused(Objects.requireNonNull(async.getCause()));
        assertThat(elsewhere.requestCount()).isZero();
        assertThat(simulator.requestCount()).isZero();
    }

    private void assertRefused(Throwable e) {
        assertThat(invariants.saw(e))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sends keys to " + simulator.baseUrl() + " only")
                .hasMessageContaining("gemini.pool.base-url");
        assertThat(e.getMessage()).doesNotContain("word");
    }

    @Test
    void googlesHostIsMeantToTheLetter() {
        GeminiPool google = invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .settings(b.settings().withBaseUrl(URI.create("https://generativelanguage.googleapis.com"))));
        for (String url : List.of(
                "http://generativelanguage.googleapis.com/v1beta/models",
                "https://generativelanguage.googleapis.com:8443/v1beta/models",
                "https://generativelanguage.googleapis.com./v1beta/models",
                "https://generativelanguage.googleapis.com.evil.example/v1beta/models",
                "https://generativelanguage.googleapis.com@127.0.0.1:" + port(elsewhere) + "/v1beta/models",
                "https://evilgenerativelanguage.googleapis.com/v1beta/models",
                "https://storage.googleapis.com/v1beta/models",
                "http://127.0.0.1:" + port(elsewhere) + "/?url=https://generativelanguage.googleapis.com")) {
            Request request = new Request.Builder().url(url).build();
            Throwable e =
                    catchThrowable(() -> google.httpClient().newCall(request).execute());
            assertThat(invariants.saw(e))
                    .as(url)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("sends keys to https://generativelanguage.googleapis.com:443 only");
        }
        assertThat(elsewhere.requestCount()).isZero();
    }

    @Test
    void theSameHostInUpperCaseIsTheSame() throws IOException {
        GeminiSimulator own = invariants.simulator(b -> b.key(KEY));
        GeminiPool named = invariants.pool(
                own, b -> b.key(KEY).settings(b.settings().withBaseUrl(URI.create("http://LocalHost:" + port(own)))));
        Request request = new Request.Builder()
                .url("http://LOCALHOST:" + port(own) + "/v1beta/models")
                .build();
        try (Response response = named.httpClient().newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(own.requests()).extracting(RequestRecord::key).containsExactly(KEY);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 307, 308})
    void redirectsAreNotFollowed(int status) {
        List<String> goals = List.of(
                elsewhere.baseUrl() + "/v1beta/models",
                "//127.0.0.1:" + port(elsewhere) + "/v1beta/models",
                "http://localhost:" + port(elsewhere) + "/v1beta/models",
                "https://127.0.0.1:" + port(elsewhere) + "/v1beta/models",
                simulator.baseUrl() + "/elsewhere",
                "/elsewhere");
        for (String goal : goals) {
            simulator.clearFaults();
            simulator.fault(Fault.when().body(status, "text/plain", "", Map.of("Location", goal)));
            for (Form form : List.of(Form.CLIENT_SYNC, Form.FACADE, Form.FACADE_STREAM)) {
                Throwable e = catchThrowable(() -> form.ask(pool, "m", "Hi"));
                assertThat(invariants.saw(e)).as("%s to %s", status, goal).isNotNull();
            }
        }
        assertThat(elsewhere.requestCount()).isZero();
        assertThat(simulator.requests()).extracting(RequestRecord::path).noneMatch(path -> path.contains("elsewhere"));
        assertThat(simulator.requestCount()).isEqualTo(3L * goals.size());
        assertThat(pool.keyStats().usable()).isEqualTo(1);
    }

    @Test
    void anUploadSessionElsewhereGetsNothing() {
        String path = "/upload/v1beta/files?upload_id=1&upload_protocol=resumable";
        simulator.fault(Fault.when()
                .operation(Operation.UPLOAD_START)
                .body(200, "application/json", "{}", Map.of("X-Goog-Upload-URL", elsewhere.baseUrl() + path)));
        Throwable e = catchThrowable(() -> pool.client()
                .files
                .upload(new byte[1], UploadFileConfig.builder().mimeType("a/b").build()));
        assertThat(invariants.saw(e)).isNotNull();
        assertThat(elsewhere.requestCount()).isZero();
    }
}
