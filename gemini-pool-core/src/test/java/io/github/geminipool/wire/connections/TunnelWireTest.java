package io.github.geminipool.wire.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.settings.HostAndPort;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.testing.Http2Server;
import io.github.geminipool.testing.SocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The connect timeout covers the tunnel that a proxy opens, and nothing after it. */
@Tag("alone")
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class TunnelWireTest {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration READ = Duration.ofSeconds(40);
    private static final Executor LATER = CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS);

    private Http2Server server;

    @BeforeEach
    void start() throws IOException {
        server = new Http2Server();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private GeminiPool pool(SocketServer proxy) {
        var builder = Callers.pool(
                server.url("localhost"),
                server.identity(),
                http -> http.withTimeouts(CONNECT, READ, Duration.ZERO)
                        .withProxy(new HostAndPort("127.0.0.1", proxy.url().getPort()), null));
        return builder.settings(
                        builder.settings().withRetry(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 0)))
                .build();
    }

    private static boolean silent(String request, Socket client) throws IOException {
        return client.getInputStream().read() >= 0;
    }

    /** Sends a byte of its answer now and then, which never ends. */
    private static boolean drip(String request, Socket client) throws IOException {
        SocketServer.write(client, "HTTP/1.1 200 OK\r\nX: ");
        Executor soon = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);
        while (!client.isClosed()) {
            CompletableFuture.runAsync(() -> {}, soon).join();
            SocketServer.write(client, "x");
        }
        return false;
    }

    private boolean tunnel(String request, Socket client) throws IOException {
        SocketServer.write(client, "HTTP/1.1 200 OK\r\n\r\n");
        Socket target = new Socket(InetAddress.getLoopbackAddress(), server.port());
        Thread back = new Thread(
                () -> {
                    try (client) {
                        target.getInputStream().transferTo(client.getOutputStream());
                    } catch (IOException e) {
                        // Closed.
                    }
                },
                "tunnel");
        back.setDaemon(true);
        back.start();
        try (target) {
            client.getInputStream().transferTo(target.getOutputStream());
        }
        return false;
    }

    private void assertEndsWithTheConnectTimeout(SocketServer.Handler answer) {
        try (SocketServer proxy = new SocketServer(answer);
                GeminiPool pool = pool(proxy)) {
            long start = System.nanoTime();
            Throwable e = catchThrowable(() -> pool.generateContent("Hi"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(CONNECT, Duration.ofSeconds(15));
            assertThat(e).hasStackTraceContaining("The proxy did not open a tunnel within the connect timeout");
            assertThat(pool.stats().active()).isZero();
        }
    }

    @Test
    void aProxyThatStaysSilentEndsWithIt() {
        assertEndsWithTheConnectTimeout(TunnelWireTest::silent);
    }

    @Test
    void aProxyThatDripsEndsWithIt() {
        assertEndsWithTheConnectTimeout(TunnelWireTest::drip);
    }

    @Test
    void whatComesThroughTheTunnelHasTheReadTimeout() {
        server.handle((peer, stream) -> LATER.execute(() -> {
            try {
                peer.answer(stream);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }));
        try (SocketServer proxy = new SocketServer(this::tunnel);
                GeminiPool pool = pool(proxy)) {
            assertThat(pool.generateContent("Hi").text()).isEqualTo("Hi");
            assertThat(proxy.requests()).isEqualTo(1);
        }
    }
}
