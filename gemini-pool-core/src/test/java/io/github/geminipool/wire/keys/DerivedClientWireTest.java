package io.github.geminipool.wire.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.HttpSettings;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RawServer;
import io.github.geminipool.testing.RecordingListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import okhttp3.Authenticator;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client derived from the pool's adds, one credential leaves, which is the pool's, and none to another host. */
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class DerivedClientWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String CALLERS = "callers-own";
    private static final String NATIVE = "/v1beta/models/m:generateContent";
    private static final String OPEN_AI = "/v1beta/openai/chat/completions";

    private final RecordingListener events = new RecordingListener();
    private RawServer server;
    private RawServer elsewhere;
    private GeminiPool pool;

    @BeforeEach
    void start() throws IOException {
        server = new RawServer();
        elsewhere = new RawServer();
        answer(server, "200 OK");
        answer(elsewhere, "200 OK");
        GeminiPoolBuilder builder = GeminiPool.builder().key(KEY).listener(events);
        pool = builder.settings(builder.settings().withBaseUrl(server.url())).build();
    }

    @AfterEach
    void stop() throws IOException {
        pool.close(Duration.ZERO);
        server.close();
        elsewhere.close();
    }

    private static void answer(RawServer from, String status, String... headers) {
        String[] all = List.of(headers).toArray(new String[headers.length + 1]);
        all[headers.length] = "Content-Type: application/json";
        from.answer(status, "{\"candidates\":[]}".getBytes(StandardCharsets.UTF_8), all);
    }

    /** What a derived client brings along. */
    enum Addition {
        COOKIES {
            @Override
            void to(OkHttpClient.Builder client) {
                client.cookieJar(new CookieJar() {
                    @Override
                    public void saveFromResponse(HttpUrl url, List<Cookie> cookies) {}

                    @Override
                    public List<Cookie> loadForRequest(HttpUrl url) {
                        return List.of(new Cookie.Builder()
                                .name("session")
                                .value(CALLERS)
                                .domain(url.host())
                                .build());
                    }
                });
            }
        },
        AUTHORIZATION(request -> request.newBuilder()
                .header("Authorization", "Bearer " + CALLERS)
                .build()),
        SECOND_KEY(request ->
                request.newBuilder().addHeader("X-Goog-Api-Key", CALLERS).build()),
        OTHER_KEY(request -> request.newBuilder()
                .header("x-goog-api-key", CALLERS)
                .header("Authorization", CALLERS)
                .build()),
        NO_KEY(request -> request.newBuilder()
                .removeHeader("x-goog-api-key")
                .removeHeader("Authorization")
                .build()),
        KEY_IN_URL(request -> request.newBuilder()
                .url(request.url()
                        .newBuilder()
                        .addQueryParameter("key", CALLERS)
                        .build())
                .build()),
        EVERYTHING(request -> request.newBuilder()
                .header("Cookie", CALLERS)
                .header("x-goog-user-project", CALLERS)
                .header("Proxy-Authorization", CALLERS)
                .header("OpenAI-Organization", CALLERS)
                .build());

        @SuppressWarnings("ImmutableEnumChecker") // A lambda without state.
        private final UnaryOperator<Request> change;

        Addition() {
            this(request -> request);
        }

        Addition(UnaryOperator<Request> change) {
            this.change = change;
        }

        void to(OkHttpClient.Builder client) {
            client.addInterceptor(chain -> chain.proceed(change.apply(chain.request())));
        }
    }

    private static Request post(String url) {
        return new Request.Builder()
                .url(url)
                .post(RequestBody.create("{}", null))
                .build();
    }

    private int status(OkHttpClient client, Request request) throws IOException {
        try (Response response = client.newCall(request).execute()) {
            return response.code();
        }
    }

    private void assertOneCredential(String head, String path) {
        assertThat(head).doesNotContain(CALLERS).containsOnlyOnce(KEY);
        assertThat(head.toLowerCase(Locale.ROOT))
                .contains(path.equals(OPEN_AI) ? "authorization: bearer " : "x-goog-api-key: ");
    }

    @ParameterizedTest
    @EnumSource
    void oneCredentialLeaves(Addition addition) throws IOException {
        OkHttpClient.Builder derived = pool.httpClient().newBuilder();
        addition.to(derived);
        for (String path : List.of(NATIVE, OPEN_AI)) {
            assertThat(status(derived.build(), post(server.url() + path))).isEqualTo(200);
            assertOneCredential(server.heads().get(server.heads().size() - 1), path);
        }
    }

    /** OkHttp would send the request again, with what its authenticator adds. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAuthenticatorRepeatsNothing(boolean isGet) throws IOException {
        answer(server, "401 No", "WWW-Authenticate: Basic realm=\"x\"");
        Authenticator login = (route, response) -> response.request().header("Authorization") != null
                ? null
                : response.request()
                        .newBuilder()
                        .header("Authorization", CALLERS)
                        .build();
        OkHttpClient derived =
                pool.httpClient().newBuilder().authenticator(login).build();
        Request get = new Request.Builder().url(server.url() + "/v1beta/models").build();
        assertThat(status(derived, isGet ? get : post(server.url() + NATIVE))).isNotEqualTo(200);
        assertThat(server.heads()).hasSameSizeAs(events.attempts());
        assertThat(server.heads()).allSatisfy(head -> assertOneCredential(head, NATIVE));
    }

    @Test
    void aProxyGetsItsOwnCredentials() throws IOException {
        answer(server, "407 Who", "Proxy-Authenticate: Basic realm=\"x\"");
        Authenticator login = (route, response) -> {
            answer(server, "200 OK");
            return response.request()
                    .newBuilder()
                    .header("Proxy-Authorization", "Basic of-the-proxy")
                    .build();
        };
        HttpSettings plain = HttpSettings.DEFAULTS.withInsecureBaseUrl(URI.create("http://gemini.test"));
        try (GeminiPool proxied = GeminiPool.builder()
                .key(KEY)
                .settings(GeminiPoolSettings.DEFAULTS.withHttp(plain))
                .build()) {
            InetSocketAddress address = new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), server.url().getPort());
            OkHttpClient derived = proxied.httpClient()
                    .newBuilder()
                    .proxy(new Proxy(Proxy.Type.HTTP, address))
                    .proxyAuthenticator(login)
                    .build();
            assertThat(status(derived, post("http://gemini.test" + NATIVE))).isEqualTo(200);
        }
        assertThat(server.heads()).hasSize(2);
        assertThat(server.heads().get(1)).contains("Basic of-the-proxy").containsOnlyOnce(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {NATIVE, OPEN_AI})
    void noKeyGoesToWhereAnInterceptorLeads(String path) throws IOException {
        OkHttpClient derived = pool.httpClient()
                .newBuilder()
                .addInterceptor(chain -> {
                    Request request = chain.request();
                    return chain.proceed(request.newBuilder()
                            .url(elsewhere.url() + path + "?key=" + KEY)
                            .addHeader("X-Copy", String.valueOf(request.header("x-goog-api-key")))
                            .build());
                })
                .build();
        assertThat(status(derived, post(server.url() + path))).isEqualTo(200);
        assertThat(elsewhere.heads()).hasSize(1).noneMatch(head -> head.contains(KEY));
        assertThat(server.heads()).isEmpty();
    }

    /** They run after the pool's own, and OkHttp keeps them to the host of the connection. */
    @Test
    void aNetworkInterceptorLeadsNowhereElse() {
        OkHttpClient derived = pool.httpClient()
                .newBuilder()
                .addNetworkInterceptor(chain -> chain.proceed(chain.request()
                        .newBuilder()
                        .url(elsewhere.url() + NATIVE)
                        .build()))
                .build();
        assertThatThrownBy(() -> status(derived, post(server.url() + NATIVE)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must retain the same host and port");
        assertThat(elsewhere.heads()).isEmpty();
        assertThat(server.heads()).isEmpty();
    }

    /** Wherever a redirect leads, the key is gone before they see the request, and what they added before does not come along. */
    @Test
    void aNetworkInterceptorSeesNoKeyElsewhere() throws IOException {
        answer(server, "302 Found", "Location: " + elsewhere.url() + "/v1beta/models");
        List<String> seen = new ArrayList<>();
        OkHttpClient derived = pool.httpClient()
                .newBuilder()
                .followRedirects(true)
                .addNetworkInterceptor(chain -> {
                    Request request = chain.request();
                    String key = String.valueOf(request.header("x-goog-api-key"));
                    seen.add(key);
                    return chain.proceed(request.newBuilder()
                            .addHeader("X-Copy", key)
                            .url(request.url()
                                    .newBuilder()
                                    .addQueryParameter("copy", key)
                                    .build())
                            .build());
                })
                .build();
        Request get = new Request.Builder().url(server.url() + "/v1beta/models").build();
        assertThat(status(derived, get)).isEqualTo(200);
        assertThat(seen).containsExactly(KEY, "null");
        assertThat(elsewhere.heads()).hasSize(1).noneMatch(head -> head.contains(KEY));
    }
}
