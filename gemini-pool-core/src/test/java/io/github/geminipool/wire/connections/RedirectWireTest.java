package io.github.geminipool.wire.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.settings.GeminiPoolSettings;
import java.io.IOException;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Redirects: those of downloads are followed on the same origin, and no key goes anywhere else. */
@Tag("alone")
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class RedirectWireTest {

    private static final String KEY = "AIzaTest-redirect-one-qZ7wX3";

    private TextServer server;
    private TextServer elsewhere;
    private GeminiPool pool;

    @BeforeEach
    void start() throws IOException {
        server = new TextServer();
        elsewhere = new TextServer();
        pool = GeminiPool.builder()
                .key(KEY)
                .settings(GeminiPoolSettings.DEFAULTS.withBaseUrl(URI.create(server.url())))
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        pool.close();
        server.close();
        elsewhere.close();
    }

    private Request get(String path) {
        return new Request.Builder().url(server.url() + path).build();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aDownloadIsFollowedOnTheSameOrigin(int status) throws IOException {
        server.redirect("/v1beta/files/a:download?alt=media", status, "/download/v1beta/files/a:download?alt=media");
        server.redirect("/download/v1beta/files/a:download?alt=media", status, server.url() + "/there");
        try (Response response = pool.httpClient()
                .newCall(get("/v1beta/files/a:download?alt=media"))
                .execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(Objects.requireNonNull(response.body()).string()).isEqualTo("{\"path\":\"/there\"}");
        }
        assertThat(server.keys()).containsExactly(KEY, KEY, KEY);
        assertThat(pool.stats().attempts().total()).isEqualTo(1);
    }

    @Test
    void aLoopEnds() throws IOException {
        server.redirect("/loop", 302, "/loop");
        try (Response response = pool.httpClient().newCall(get("/loop")).execute()) {
            assertThat(response.code()).isEqualTo(302);
        }
        assertThat(server.keys()).hasSize(11);
    }

    @Test
    void aPostIsNotFollowed() throws IOException {
        server.redirect("/v1beta/cachedContents", 307, "/there");
        Request post = get("/v1beta/cachedContents")
                .newBuilder()
                .post(RequestBody.create("{}", MediaType.get("application/json")))
                .build();
        try (Response response = pool.httpClient().newCall(post).execute()) {
            assertThat(response.code()).isEqualTo(307);
        }
        assertThat(server.keys()).hasSize(1);
    }

    @Test
    void aDownloadIsNotFollowedElsewhere() throws IOException {
        server.redirect("/away", 302, elsewhere.url() + "/there");
        try (Response response = pool.httpClient().newCall(get("/away")).execute()) {
            assertThat(response.code()).isEqualTo(302);
        }
        assertThat(elsewhere.heads()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aClientThatFollowsCarriesNoKeyElsewhere(int status) throws IOException {
        server.redirect("/away", status, elsewhere.url() + "/there");
        OkHttpClient following = pool.httpClient()
                .newBuilder()
                .followRedirects(true)
                .followSslRedirects(true)
                .build();
        Request request = get("/away")
                .newBuilder()
                .header("Authorization", "Bearer " + KEY)
                .build();
        try (Response response = following.newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(elsewhere.heads()).hasSize(1).noneMatch(head -> head.contains(KEY));
    }

    @Test
    void aLiveSessionThatFollowsIsRefused() {
        server.redirect("/ws/Live", 302, elsewhere.url() + "/there");
        OkHttpClient following =
                pool.httpClient().newBuilder().followRedirects(true).build();
        assertThat(failureOfLive(following))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("followRedirects(false)");
        assertThat(failureOfLive(pool.httpClient())).isNotNull();
        assertThat(elsewhere.heads()).isEmpty();
        assertThat(server.keys()).containsExactly(KEY);
    }

    private @Nullable Throwable failureOfLive(OkHttpClient client) {
        CompletableFuture<Void> opened = new CompletableFuture<>();
        client.newWebSocket(get("/ws/Live"), new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket, Response response) {
                opened.complete(null);
            }

            @Override
            public void onFailure(WebSocket socket, Throwable e, @Nullable Response response) {
                opened.completeExceptionally(e);
            }
        });
        Throwable e = catchThrowable(opened::join);
        return e instanceof CompletionException ? e.getCause() : e;
    }
}
