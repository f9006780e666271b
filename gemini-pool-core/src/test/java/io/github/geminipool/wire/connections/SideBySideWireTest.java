package io.github.geminipool.wire.connections;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.settings.HttpSettings;
import io.github.geminipool.testing.Http2Server;
import io.github.geminipool.testing.SilentProxy;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pool beside the bare SDK, on the same server with the same fault: the pool never loses more calls. */
@Tag("alone")
@Tag("wire")
@Tag("sdk2")
@Tag("okhttp")
@Tag("slow")
@Timeout(120)
class SideBySideWireTest {

    private static final Logger log = LoggerFactory.getLogger(SideBySideWireTest.class);

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(3);

    /** The place where the calls of one side are made. */
    private static final class Scene implements AutoCloseable {

        private final Http2Server server = new Http2Server();
        private final SilentProxy gateway = new SilentProxy(server.port());
        private final TextServer plain = new TextServer();
        private final SilentProxy plainGateway = new SilentProxy(plain.port());
        private final List<Closeable> more = new ArrayList<>();

        Scene() throws IOException {
            plain.otherwise(head -> TextServer.ok(
                    "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]},\"finishReason\":\"STOP\"}]}"));
        }

        private void onceUnderWay(int calls, Consumer<Http2Server.Peer> end) {
            AtomicInteger arrived = new AtomicInteger();
            server.handle((peer, stream) -> {
                if (arrived.incrementAndGet() == calls) {
                    server.handle(Http2Server.Peer::answer);
                    server.peers().forEach(end);
                }
            });
        }

        private void resetAll(SilentProxy of) {
            try {
                of.resetConnections();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() throws IOException {
            for (Closeable each : more) {
                each.close();
            }
            gateway.close();
            plainGateway.close();
            server.close();
            plain.close();
        }
    }

    /** What happens, and to how many calls. */
    enum Trouble {
        GO_AWAY_UNDER_FIFTY(50) {
            @Override
            void begin(Scene scene, Runnable call) {
                scene.onceUnderWay(50, peer -> {
                    try {
                        peer.goAway(0, Http2Server.NO_ERROR);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
            }
        },
        RESET_UNDER_FIFTY(50) {
            @Override
            void begin(Scene scene, Runnable call) {
                call.run();
                scene.onceUnderWay(50, peer -> scene.resetAll(scene.gateway));
            }
        },
        REFUSED_STREAMS(20) {
            @Override
            void begin(Scene scene, Runnable call) {
                AtomicInteger arrived = new AtomicInteger();
                scene.server.handle((peer, stream) -> {
                    if (arrived.incrementAndGet() % 5 == 0) {
                        peer.refuse(stream);
                    } else {
                        peer.answer(stream);
                    }
                });
            }
        },
        SILENT_CONNECTION(10) {
            @Override
            void begin(Scene scene, Runnable call) {
                call.run();
                scene.gateway.forgetConnections();
            }
        },
        DEAD_FIRST_ADDRESS(5) {
            @Override
            Dns dns() {
                return host -> List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getLoopbackAddress());
            }
        },
        MUTE_FIRST_ADDRESS(3) {
            @Override
            void begin(Scene scene, Runnable call) throws IOException {
                scene.more.add(new ServerSocket(scene.gateway.port(), 50, InetAddress.getByName("127.0.0.2")));
            }

            @Override
            Dns dns() {
                return DEAD_FIRST_ADDRESS.dns();
            }
        },
        RESET_OF_IDLE_CONNECTIONS(50) {
            @Override
            void begin(Scene scene, Runnable call) {
                assertThat(Callers.lost(50, call)).isZero();
                scene.resetAll(scene.plainGateway);
            }

            @Override
            String url(Scene scene) {
                return "http://localhost:" + scene.plainGateway.port();
            }
        };

        private final int calls;

        Trouble(int calls) {
            this.calls = calls;
        }

        @SuppressWarnings("unused") // Most troubles are made of less.
        void begin(Scene scene, Runnable call) throws IOException {}

        Dns dns() {
            return Dns.SYSTEM;
        }

        String url(Scene scene) {
            return "https://localhost:" + scene.gateway.port();
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT) // They mostly wait.
    @EnumSource
    void thePoolLosesNoMoreThanTheSdk(Trouble trouble) throws Exception {
        int pooled = lostByPool(trouble);
        int bare = lostBySdk(trouble);
        log.info("{}: of {} calls, the SDK loses {}, the pool {}", trouble, trouble.calls, bare, pooled);
        assertThat(pooled).isLessThanOrEqualTo(bare);
    }

    private static int lostByPool(Trouble trouble) throws Exception {
        try (Scene scene = new Scene();
                GeminiPool pool = Callers.pool(
                                trouble.url(scene), scene.server.identity(), SideBySideWireTest::settings)
                        .build()) {
            return lost(trouble, scene, Callers.client(trouble.url(scene), with(pool.httpClient(), trouble)));
        }
    }

    private static HttpSettings settings(HttpSettings http) {
        return http.withTimeouts(Duration.ofSeconds(2), READ_TIMEOUT, Duration.ZERO)
                .withPingInterval(Duration.ofMillis(500));
    }

    private static OkHttpClient with(OkHttpClient client, Trouble trouble) {
        return trouble.dns() == Dns.SYSTEM
                ? client
                : client.newBuilder().dns(trouble.dns()).build();
    }

    private static int lostBySdk(Trouble trouble) throws Exception {
        try (Scene scene = new Scene()) {
            Client bare = Callers.bare(
                    trouble.url(scene),
                    scene.server.identity(),
                    builder -> builder.dns(trouble.dns())
                            .connectTimeout(Duration.ofSeconds(2))
                            .readTimeout(READ_TIMEOUT));
            return lost(trouble, scene, bare);
        }
    }

    private static int lost(Trouble trouble, Scene scene, Client client) throws IOException {
        trouble.begin(scene, () -> Callers.ask(client));
        return Callers.lost(trouble.calls, () -> Callers.ask(client));
    }
}
