package io.github.geminipool.wire.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.settings.HttpSettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Http2Server;
import io.github.geminipool.testing.RecordingListener;
import io.github.geminipool.testing.SilentProxy;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that die without a word, as a gateway that forgets them makes them. */
@Tag("alone")
@Tag("volume")
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class DeadConnectionWireTest {

    private static final int SPEED = Integer.getInteger("ping.speed", 10);
    private static final Duration PATIENCE = Duration.ofSeconds(10 + 60 / SPEED);

    private final RecordingListener events = new RecordingListener();
    private Http2Server server;
    private SilentProxy gateway;

    @BeforeEach
    void start() throws IOException {
        server = new Http2Server();
        gateway = new SilentProxy(server.port());
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        server.close();
    }

    private GeminiPool pool(UnaryOperator<HttpSettings> http) {
        var builder = Callers.pool("https://localhost:" + gateway.port(), server.identity(), http);
        return builder.settings(builder.settings().withSize(10))
                .listener(events)
                .build();
    }

    @Test
    void pingsFindADeadConnection() {
        try (GeminiPool pool = pool(http -> http.withPingInterval(Duration.ofMillis(200)))) {
            pool.generateContent("Hi");
            gateway.forgetConnections();
            assertThat(pool.generateContent("Hi").text()).isEqualTo("Hi");
            assertThat(gateway.connections()).isEqualTo(2);
            assertThat(events.events(ScopeExcluded.class)).isEmpty();
        }
    }

    /**
     * At the default interval and one call a second, of 30 calls at least 20 are answered. Ten times as fast by default, and in real
     * time in the profile {@code soak}; {@code ping.speed} changes that.
     */
    @Test
    @Timeout(180)
    void mostCallsSurviveADeadConnection() throws InterruptedException {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try (GeminiPool pool =
                pool(http -> http.withPingInterval(http.pingInterval().dividedBy(SPEED)))) {
            pool.generateContent("Hi");
            gateway.forgetConnections();
            List<CompletableFuture<?>> calls = new CopyOnWriteArrayList<>();
            var ticking = clock.scheduleAtFixedRate(
                    () -> {
                        if (calls.size() < 30) {
                            calls.add(pool.generateContentAsync("Hi"));
                        }
                    },
                    0,
                    1_000 / SPEED,
                    TimeUnit.MILLISECONDS);
            assertThat(Eventually.holds(() -> calls.size() == 30, PATIENCE)).isTrue();
            ticking.cancel(false);
            assertThat(Eventually.holds(
                            () -> calls.stream()
                                            .filter(call -> call.isDone() && !call.isCompletedExceptionally())
                                            .count()
                                    >= 20,
                            PATIENCE))
                    .as("20 are answered")
                    .isTrue();
        } finally {
            clock.shutdown();
        }
    }

    @Test
    void withoutPingsNothingIsFound() {
        try (GeminiPool pool = pool(http -> http.withPingInterval(Duration.ZERO))) {
            assertThat(pool.httpClient().pingIntervalMillis()).isZero();
            pool.generateContent("Hi");
            assertThat(server.peers().get(0).pings()).isZero();
        }
    }

    @Test
    void theDefaultIsTenSeconds() {
        try (GeminiPool pool = pool(UnaryOperator.identity())) {
            assertThat(pool.httpClient().pingIntervalMillis()).isEqualTo(10_000);
        }
    }

    @Test
    void aRetryAfterAReadTimeoutUsesANewConnection() {
        try (GeminiPool pool = pool(http -> http.withPingInterval(Duration.ZERO)
                .withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ZERO))) {
            pool.generateContent("Hi");
            gateway.forgetConnections();
            GenerationResult result = pool.tryGenerateContent(GenerationRequest.of("Hi"));
            assertThat(result.attempts()).hasSize(2);
            assertThat(gateway.connections()).isEqualTo(2);
        }
    }

    @Test
    void pingsFindADeadLiveSession() throws IOException {
        GeminiSimulator simulator =
                GeminiSimulator.builder().key("AIzaTest-connections-one-qZ7wX3").start();
        CompletableFuture<Void> opened = new CompletableFuture<>();
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        try (SilentProxy before =
                        new SilentProxy(URI.create(simulator.baseUrl()).getPort());
                GeminiPool pool = Callers.pool(
                                "http://127.0.0.1:" + before.port(),
                                server.identity(),
                                http -> http.withPingInterval(Duration.ofMillis(200)))
                        .build()) {
            Request request = new Request.Builder()
                    .url("http://127.0.0.1:" + before.port()
                            + "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent")
                    .build();
            pool.httpClient().newWebSocket(request, new WebSocketListener() {
                @Override
                public void onOpen(WebSocket socket, Response response) {
                    opened.complete(null);
                }

                @Override
                public void onFailure(WebSocket socket, Throwable e, @Nullable Response response) {
                    opened.completeExceptionally(e);
                    failed.complete(e);
                }
            });
            opened.join();
            before.forgetConnections();
            assertThat(failed.join()).isInstanceOf(IOException.class);
        } finally {
            simulator.close();
        }
    }

    @Test
    void callsOnAConnectionOfWhichOneReadTimedOutGoOn() {
        server.handle((peer, stream) -> {
            if (stream != 5) {
                peer.answer(stream);
            }
        });
        try (GeminiPool pool =
                pool(http -> http.withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ZERO))) {
            pool.generateContent("Hi");
            assertThat(pool.tryGenerateContent(GenerationRequest.of("Hi")).attempts())
                    .hasSize(2);
            assertThat(gateway.connections()).isEqualTo(2);
        }
    }

    /** The connection with fewer pings is opened beforehand, for which the deadline must hold as well. */
    @Test
    void aDeadlineHoldsWhileAConnectionWithFewerPingsIsOpened() {
        server.handlePings(peer -> {
            peer.goAway(Integer.MAX_VALUE, Http2Server.ENHANCE_YOUR_CALM);
            peer.end();
        });
        try (GeminiPool pool = pool(http -> http.withPingInterval(Duration.ofMillis(100))
                .withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ZERO))) {
            pool.generateContent("Hi");
            Http2Server.Peer first = server.peers().get(0);
            Eventually.await("it has ended", first::isClosed);
            server.delayHandshakes(() -> 10_000);
            long start = System.nanoTime();
            GenerationResult result =
                    pool.tryGenerateContent(GenerationRequest.of("Hi").deadline(Duration.ofMillis(500)));
            assertThat(result.isSuccess()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void aServerThatWantsFewerPingsGetsFewer() {
        server.handlePings(peer -> {
            if (peer.pings() == 3) {
                peer.goAway(Integer.MAX_VALUE, Http2Server.ENHANCE_YOUR_CALM);
                peer.end();
            }
        });
        try (GeminiPool pool = pool(http -> http.withPingInterval(Duration.ofMillis(300)))) {
            pool.generateContent("Hi");
            Http2Server.Peer first = server.peers().get(0);
            // A call is under way when the connection ends.
            server.handle((peer, stream) -> {
                if (peer != first) {
                    peer.answer(stream);
                }
            });
            assertThat(pool.generateContent("Hi").text()).isEqualTo("Hi");
            assertThat(events.events(ScopeExcluded.class)).isEmpty();
            Http2Server.Peer second = server.peers().get(server.peers().size() - 1);
            assertThat(second).isNotSameAs(first);
            long since = System.nanoTime();
            Eventually.await("it is pinged", () -> second.pings() == 2);
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofMillis(900));
            pool.generateContent("Hi");
            assertThat(server.peers()).hasSize(2);
        }
    }
}
