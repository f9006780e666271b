package io.github.geminipool.wire.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.HostAndPort;
import io.github.geminipool.settings.HttpSettings;
import io.github.geminipool.settings.InvalidSettingException;
import io.github.geminipool.settings.ProxyCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proxies with a user, and what plain HTTP means behind one. */
@Tag("alone")
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class ProxyWireTest {

    private static final String KEY = "AIzaTest-proxy-one-qZ7wX3";
    private static final String PASSWORD = "hunter2-of-the-proxy";
    private static final ProxyCredentials LOGIN = new ProxyCredentials("me", PASSWORD);

    private TextServer proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new TextServer();
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
    }

    private HostAndPort address() {
        return new HostAndPort("127.0.0.1", proxy.port());
    }

    private static GeminiPool pool(HttpSettings http) {
        return GeminiPool.builder()
                .key(KEY)
                .settings(GeminiPoolSettings.DEFAULTS.withHttp(http))
                .build();
    }

    private static HttpSettings plain(String url) {
        return HttpSettings.DEFAULTS
                .withInsecureBaseUrl(URI.create(url))
                .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ZERO);
    }

    @Test
    void aProxyWithAUserIsToldIt() {
        String credentials = Credentials.basic("me", PASSWORD);
        proxy.otherwise(head -> head.contains("Proxy-Authorization: " + credentials)
                ? TextServer.ok(
                        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]},\"finishReason\":\"STOP\"}]}")
                : "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
        try (GeminiPool pool = pool(plain("http://gemini.test").withProxy(address(), LOGIN))) {
            assertThat(pool.generateContent("Hi").text()).isEqualTo("Hi");
            assertThat(pool.toString()).doesNotContain(PASSWORD);
        }
    }

    @Test
    void aTunnelIsAskedForWithTheUserAtOnce() {
        proxy.otherwise(head -> "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
        HttpSettings http = HttpSettings.DEFAULTS
                .withBaseUrl(URI.create("https://gemini.test"))
                .withProxy(address(), LOGIN);
        try (GeminiPool pool = pool(http)) {
            Throwable e = catchThrowable(() -> pool.generateContent("Hi"));
            assertThat(e).isNotNull();
            assertThat(e.toString()).doesNotContain(PASSWORD);
        }
        assertThat(proxy.heads())
                .isNotEmpty()
                .allSatisfy(head -> assertThat(head)
                        .startsWith("CONNECT gemini.test:443")
                        .contains("Proxy-Authorization: " + Credentials.basic("me", PASSWORD))
                        .doesNotContain(KEY));
    }

    @Test
    void behindAProxyThisMachineIsAnother() {
        HttpSettings local = HttpSettings.DEFAULTS.withBaseUrl(URI.create("http://localhost:8080"));
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> local.withProxy(address(), null))
                .withMessageContaining("gemini.pool.base-url")
                .withMessageContaining("proxy");
    }

    @Test
    void aClientWithAProxyOfItsOwnCarriesNoKeyInClear() {
        HttpSettings local = HttpSettings.DEFAULTS.withBaseUrl(URI.create("http://localhost:8080"));
        try (GeminiPool pool = pool(local)) {
            OkHttpClient proxied = pool.httpClient()
                    .newBuilder()
                    .proxy(new Proxy(
                            Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port())))
                    .build();
            Request request = new Request.Builder()
                    .url("http://localhost:8080/v1beta/models")
                    .build();
            Throwable e = catchThrowable(() -> proxied.newCall(request).execute());
            assertThat(e).isInstanceOf(IOException.class).hasMessageContaining("through a proxy");
            assertThat(proxy.heads()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "me:hunter2-of-the-proxy@host:8080",
                "http://me:hunter2-of-the-proxy@host:8080",
                "me@host:1",
                "host:8080:me:hunter2-of-the-proxy",
                "me:hunter2-of-the-proxy"
            })
    void aUserInTheAddressIsRefusedAndNotPrinted(String text) {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> HostAndPort.parse(text))
                .withMessageContaining("http.proxy-username")
                .satisfies(e -> assertThat(e.toString()).doesNotContain("me:", "hunter2"));
    }

    @Test
    void aPasswordIsNotPrinted() {
        HttpSettings http = HttpSettings.DEFAULTS.withProxy(address(), LOGIN);
        assertThat(http.toString()).contains("me").doesNotContain(PASSWORD);
    }
}
