package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.ALICE;
import static io.github.geminipool.samples.gateway.RunningGateway.BOB;
import static io.github.geminipool.samples.gateway.RunningGateway.KEY_ONE;
import static io.github.geminipool.samples.gateway.RunningGateway.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Live sessions. */
@Timeout(60)
class LiveTests {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String SETUP = "{\"setup\":{\"model\":\"models/" + MODEL + "\"}}";

    @TempDir
    private static Path directory;

    private static GeminiSimulator simulator;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        simulator = RunningGateway.simulator();
        gateway = RunningGateway.withClients(
                simulator.baseUrl(), "--gateway.owners-file=" + directory.resolve("owners.txt"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        simulator.close();
    }

    @BeforeEach
    void reset() {
        simulator.reset();
        gateway.pool().reset();
    }

    /** What a client of a session hears. */
    private static final class Ear implements WebSocket.Listener {

        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                heard.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            return onText(socket, StandardCharsets.UTF_8.decode(data), last);
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add(code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            heard.add(error.toString());
        }

        String next() throws InterruptedException {
            return String.valueOf(heard.poll(LONG.toSeconds(), TimeUnit.SECONDS));
        }
    }

    private static WebSocket connect(Ear ear, String token) {
        URI uri = URI.create("ws://localhost:" + gateway.port()
                + "//ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=" + token);
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(uri, ear)
                .join();
    }

    private static void send(WebSocket socket, String text) {
        socket.sendText(text, true).join();
    }

    private static String turn(String parts) {
        return "{\"clientContent\":{\"turns\":[{\"role\":\"user\",\"parts\":[" + parts + "]}],\"turnComplete\":true}}";
    }

    @Test
    void passBothWaysAndCloseInOrder() throws InterruptedException {
        simulator.keyState(KEY_ONE, KeyState.INVALID);
        Ear ear = new Ear();
        WebSocket socket = connect(ear, ALICE);
        send(socket, SETUP);
        assertThat(ear.next()).contains("setupComplete");
        send(socket, turn("{\"text\":\"quince\"}"));
        assertThat(ear.next()).contains("quince");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").join();
        assertThat(simulator.awaitInFlight(0, LONG)).isTrue();
        assertThat(simulator.requests())
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request.path()).doesNotContain(ALICE));
    }

    @Test
    void endWithTheirClient() throws InterruptedException {
        Ear ear = new Ear();
        WebSocket socket = connect(ear, ALICE);
        send(socket, SETUP);
        assertThat(ear.next()).contains("setupComplete");
        assertThat(simulator.openConnections()).isPositive();
        socket.abort();
        long end = System.nanoTime() + LONG.toNanos();
        while (simulator.openConnections() > 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(simulator.openConnections()).isZero();
    }

    @Test
    void passGeminisReasonForClosing() throws InterruptedException {
        simulator.fault(Fault.when().closeLive(1008, "Quota exceeded"));
        Ear ear = new Ear();
        send(connect(ear, ALICE), SETUP);
        assertThat(ear.next()).isEqualTo("1008 Quota exceeded");
    }

    @Test
    void passGeminisRefusal() {
        simulator.fault(Fault.when().wire("400-input-too-long.json"));
        Assertions.assertThatThrownBy(() -> connect(new Ear(), ALICE))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(400));
        Assertions.assertThatThrownBy(() -> connect(new Ear(), "wrong"))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(401));
    }

    @Test
    void nameOwnFilesOnly() throws InterruptedException {
        Ear ear = new Ear();
        WebSocket socket = connect(ear, BOB);
        send(socket, SETUP);
        assertThat(ear.next()).contains("setupComplete");
        send(socket, turn("{\"fileData\":{\"fileUri\":\"files/of-alice\"}}"));
        assertThat(ear.next()).startsWith("1008 You do not have permission to access the File of-alice");
    }

    @Test
    void passNoPongsOn() throws InterruptedException {
        Ear ear = new Ear();
        WebSocket socket = connect(ear, BOB);
        send(socket, SETUP);
        assertThat(ear.next()).contains("setupComplete");
        socket.sendPong(ByteBuffer.wrap("alive".getBytes(StandardCharsets.UTF_8)))
                .join();
        send(socket, turn("{\"text\":\"quince\"}"));
        assertThat(ear.next()).contains("quince");
        // Otherwise the gateway would wait for its end.
        socket.abort();
    }

    @Test
    void sayWhyTheyCloseHoweverLongTheReason() throws InterruptedException {
        Ear ear = new Ear();
        WebSocket socket = connect(ear, BOB);
        send(socket, SETUP);
        assertThat(ear.next()).contains("setupComplete");
        send(socket, turn("{\"fileData\":{\"fileUri\":\"files/of-alice" + "-or-not".repeat(20) + "\"}}"));
        assertThat(ear.next()).startsWith("1008 You do not have permission to access the File of-alice-or-not");
    }
}
