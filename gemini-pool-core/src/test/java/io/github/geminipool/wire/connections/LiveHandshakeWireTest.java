package io.github.geminipool.wire.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import io.github.geminipool.testing.SocketServer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Only the pool repeats the handshake of a Live session, and counts it. */
@Tag("alone")
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class LiveHandshakeWireTest {

    private static final String PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";

    private final RecordingListener events = new RecordingListener();
    private final SocketServer server = new SocketServer(this::answer);
    private @Nullable GeminiPool pool;

    /** Refuses the first handshake and keeps the connection, over which the next one gets no answer, as all others. */
    private boolean answer(String request, Socket client) throws IOException {
        if (server().requests() > 1) {
            return false;
        }
        SocketServer.write(client, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
        return true;
    }

    private SocketServer server() {
        return server;
    }

    private GeminiPool pool(int maxAttempts) {
        GeminiPool built = GeminiPool.builder()
                .key(PoolInvariants.secretOf("one"))
                .settings(GeminiPoolSettings.DEFAULTS
                        .withBaseUrl(server.url())
                        .withRetry(new RetrySettings(maxAttempts, Duration.ZERO, 1, Duration.ZERO, 0, 1)))
                .listener(events)
                .build();
        pool = built;
        return built;
    }

    @AfterEach
    void close() {
        if (pool != null) {
            pool.close();
        }
        server.close();
    }

    private Throwable failureOf(OkHttpClient client) {
        CompletableFuture<Void> opened = new CompletableFuture<>();
        client.newWebSocket(new Request.Builder().url(server.url() + PATH).build(), new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket, Response response) {
                opened.complete(null);
            }

            @Override
            public void onFailure(WebSocket socket, Throwable e, @Nullable Response response) {
                opened.completeExceptionally(e);
            }
        });
        return catchThrowable(opened::join);
    }

    @Test
    void withoutRetriesItIsSentOnce() {
        OkHttpClient client = pool(1).httpClient();
        assertThat(failureOf(client)).isNotNull();
        assertThat(failureOf(client)).hasCauseInstanceOf(IOException.class);
        assertThat(server.requests()).isEqualTo(2);
        assertThat(events.attempts()).hasSize(2);
    }

    @Test
    void eachTimeThatItIsSentIsAnAttempt() {
        OkHttpClient client = pool(3).httpClient();
        assertThat(failureOf(client)).isNotNull();
        assertThat(failureOf(client)).hasCauseInstanceOf(IOException.class);
        assertThat(server.requests()).isGreaterThan(2);
        assertThat(events.attempts()).hasSize(server.requests());
    }

    @Test
    void cookiesDoNotGoWithIt() {
        OkHttpClient derived = pool(1).httpClient()
                .newBuilder()
                .cookieJar(new CookieJar() {
                    @Override
                    public void saveFromResponse(HttpUrl url, List<Cookie> cookies) {}

                    @Override
                    public List<Cookie> loadForRequest(HttpUrl url) {
                        return List.of(new Cookie.Builder()
                                .name("session")
                                .value("callers")
                                .domain(url.host())
                                .build());
                    }
                })
                .build();
        assertThat(failureOf(derived)).hasMessageContaining("CookieJar.NO_COOKIES");
        assertThat(server.requests()).isZero();
    }
}
