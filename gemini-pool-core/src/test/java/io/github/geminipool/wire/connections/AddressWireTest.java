package io.github.geminipool.wire.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.settings.HttpSettings;
import io.github.geminipool.simulator.internal.tls.ServerIdentity;
import io.github.geminipool.testing.Http2Server;
import io.github.geminipool.testing.RecordingListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import okhttp3.Dns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On the way to a connection: names, addresses, handshakes, certificates. */
@Tag("alone")
@Tag("wire")
@Tag("sdk2")
@Tag("okhttp")
@Timeout(60)
class AddressWireTest {

    private static final String HOST = "localhost";

    private final RecordingListener events = new RecordingListener();
    private Http2Server server;

    @BeforeEach
    void start() throws IOException {
        server = new Http2Server();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private GeminiPool pool(String url, ServerIdentity trusted, UnaryOperator<HttpSettings> http) {
        return Callers.pool(url, trusted, http).listener(events).build();
    }

    /** Returns a resolver by which the host has several addresses; the server listens on 127.0.0.1 only. */
    private static Dns addresses(String... addresses) {
        return host -> {
            InetAddress[] all = new InetAddress[addresses.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = InetAddress.getByName(addresses[i]);
            }
            return List.of(all);
        };
    }

    private static Client over(GeminiPool pool, String url, Dns dns) {
        return Callers.client(url, pool.httpClient().newBuilder().dns(dns).build());
    }

    @Test
    void theNextAddressIsTriedWithoutSendingTwice() {
        String url = server.url(HOST);
        try (GeminiPool pool = pool(url, server.identity(), UnaryOperator.identity())) {
            Client client = over(pool, url, addresses("127.0.0.2", "127.0.0.1"));
            IntStream.range(0, 4).forEach(i -> assertThat(Callers.ask(client)).isEqualTo("Hi"));
            assertThat(server.requests()).isEqualTo(4);
            assertThat(pool.stats().attempts().total()).isEqualTo(4);
        }
    }

    @Test
    void noAddressThatWorksIsAFailureOfTheNetwork() {
        String url = server.url(HOST);
        try (GeminiPool pool = pool(url, server.identity(), UnaryOperator.identity())) {
            Client client = over(pool, url, addresses("127.0.0.2", "127.0.0.3"));
            assertThat(catchThrowable(() -> Callers.ask(client))).isNotNull();
            assertThat(events.attempts())
                    .hasSizeGreaterThan(1)
                    .allSatisfy(attempt -> assertThat(attempt.sent()).isFalse());
        }
    }

    @Test
    void anAddressThatAcceptsButDoesNotShakeHandsIsLeftWithinTheConnectTimeout() throws IOException {
        try (ServerSocket mute = new ServerSocket(server.port(), 50, InetAddress.getByName("127.0.0.2"))) {
            String url = server.url(HOST);
            assertThat(mute.isBound()).isTrue();
            try (GeminiPool pool = pool(
                    url,
                    server.identity(),
                    http -> http.withTimeouts(Duration.ofMillis(500), Duration.ofMinutes(5), Duration.ZERO))) {
                Client client = over(pool, url, addresses("127.0.0.2", "127.0.0.1"));
                assertThat(Callers.ask(client)).isEqualTo("Hi");
                assertThat(pool.stats().attempts().total()).isEqualTo(1);
            }
        }
    }

    @Test
    void theConnectTimeoutCoversTheHandshake() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "https://localhost:" + mute.getLocalPort();
            try (GeminiPool pool = pool(
                    url,
                    server.identity(),
                    http -> http.withTimeouts(Duration.ofMillis(300), Duration.ofMinutes(5), Duration.ZERO))) {
                long since = System.nanoTime();
                GenerationResult result =
                        pool.tryGenerateContent(GenerationRequest.of("Hi").maxAttempts(1));
                assertThat(result.isSuccess()).isFalse();
                assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(5));
            }
        }
    }

    @Test
    void aNameThatCannotBeResolvedIsNotRetried() {
        String url = server.url(HOST);
        try (GeminiPool pool = pool(url, server.identity(), UnaryOperator.identity())) {
            Client client = over(pool, url, host -> {
                throw new UnknownHostException(host + ": no such name");
            });
            for (int i = 0; i < 10; i++) {
                assertThat(catchThrowable(() -> Callers.ask(client))).isNotNull();
            }
            assertNotRetried(FailureCause.NAME_UNRESOLVED, "gemini.pool.base-url");
        }
    }

    @Test
    void aCertificateThatIsNotTrustedIsNotRetried() {
        try (GeminiPool pool = pool(server.url(HOST), ServerIdentity.create(), UnaryOperator.identity())) {
            for (int i = 0; i < 10; i++) {
                assertThat(catchThrowable(() -> pool.generateContent("Hi"))).isNotNull();
            }
            assertNotRetried(FailureCause.CERTIFICATE_UNTRUSTED, "gemini.pool.http.ssl.bundle");
        }
    }

    @Test
    void aCertificateForAnotherNameIsNotRetried() {
        String url = server.url("gemini.test");
        try (GeminiPool pool = pool(url, server.identity(), UnaryOperator.identity())) {
            Client client = over(pool, url, addresses("127.0.0.1"));
            for (int i = 0; i < 10; i++) {
                assertThat(catchThrowable(() -> Callers.ask(client))).isNotNull();
            }
            assertNotRetried(FailureCause.CERTIFICATE_UNTRUSTED, "gemini.pool.http.ssl.bundle");
        }
    }

    /** Asserts that ten calls made ten attempts, and that no outage is believed. */
    private void assertNotRetried(FailureCause cause, String advice) {
        assertThat(events.attempts()).hasSize(10).allSatisfy(attempt -> {
            Failure failure = Objects.requireNonNull(attempt.failure());
            assertThat(failure.cause()).isEqualTo(cause);
            assertThat(failure.reason()).contains(advice);
            assertThat(attempt.sent()).isFalse();
        });
        assertThat(events.events(ScopeExcluded.class)).isEmpty();
        assertThat(server.requests()).isZero();
    }
}
