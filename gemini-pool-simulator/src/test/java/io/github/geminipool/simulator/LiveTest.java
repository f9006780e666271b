package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.AsyncSession;
import com.google.genai.Client;
import com.google.genai.types.Content;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.Part;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** HTTPS with a self-signed certificate, and Live sessions over it. */
@Timeout(30)
class LiveTest {
    private static final String PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";

    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION =
            GeminiSimulatorExtension.with(b -> b.key("k1", k -> k.project("p1")).tls());

    private static OkHttpClient trusting(GeminiSimulator simulator) {
        return new OkHttpClient.Builder()
                .sslSocketFactory(simulator.sslSocketFactory(), simulator.trustManager())
                .build();
    }

    @Test
    void isOnlyInBeta(GeminiSimulator simulator) throws Exception {
        Client beta = Sdk.client(simulator, "k1", "v1alpha", trusting(simulator));
        beta.async.live.connect("m", null).get().close().get();
        Client stable = Sdk.client(simulator, "k1", "v1", trusting(simulator));
        assertThatThrownBy(() -> stable.async.live.connect("m", null).get()).hasMessageContaining("101");
        assertThat(simulator.requests()).extracting(RequestRecord::status).containsExactly(101, 404);
    }

    @Test
    void certificateIsValidForBothNames(GeminiSimulator simulator) throws Exception {
        assertThat(simulator.baseUrl()).startsWith("https://127.0.0.1:");
        HttpClient http =
                HttpClient.newBuilder().sslContext(simulator.sslContext()).build();
        assertThat(new Raw(simulator, http).generate("k1", "m").statusCode()).isEqualTo(200);
        URI local = URI.create("https://localhost:" + simulator.port() + "/v1beta/models");
        var models = http.send(
                java.net.http.HttpRequest.newBuilder(local)
                        .header("x-goog-api-key", "k1")
                        .build(),
                java.net.http.HttpResponse.BodyHandlers.ofString());
        assertThat(models.statusCode()).isEqualTo(200);
        assertThat(Sdk.client(simulator, "k1", "v1beta", trusting(simulator))
                        .models
                        .generateContent("m", "Hi", null)
                        .text())
                .contains("Hi");
        assertThatThrownBy(() -> new Raw(simulator).generate("k1", "m"))
                .isInstanceOf(javax.net.ssl.SSLHandshakeException.class);
    }

    @Test
    void resetsWorkWithTls(GeminiSimulator simulator) {
        simulator.fault(Fault.when().reset());
        HttpClient http =
                HttpClient.newBuilder().sslContext(simulator.sslContext()).build();
        assertThatThrownBy(() -> new Raw(simulator, http).generate("k1", "m")).hasStackTraceContaining("reset");
    }

    @Test
    void sdkCanTalkLive(GeminiSimulator simulator) throws Exception {
        AsyncSession session = Sdk.client(simulator, "k1", "v1beta", trusting(simulator))
                .async
                .live
                .connect("m", LiveConnectConfig.builder().build())
                .get(10, TimeUnit.SECONDS);
        BlockingQueue<LiveServerMessage> messages = new LinkedBlockingQueue<>();
        session.receive(messages::add).get(10, TimeUnit.SECONDS);
        session.sendClientContent(LiveSendClientContentParameters.builder()
                        .turns(Content.fromParts(Part.fromText("Are you there?")))
                        .turnComplete(true)
                        .build())
                .get(10, TimeUnit.SECONDS);
        LiveServerMessage said = messages.poll(10, TimeUnit.SECONDS);
        assertThat(said.serverContent().orElseThrow().modelTurn().orElseThrow().text())
                .contains("Are you there?");
        LiveServerMessage done = messages.poll(10, TimeUnit.SECONDS);
        assertThat(done.serverContent().orElseThrow().turnComplete()).contains(true);
        session.close().get(10, TimeUnit.SECONDS);
        assertThat(simulator.requests())
                .singleElement()
                .satisfies(record -> assertThat(record.operation()).isEqualTo(Operation.LIVE))
                .satisfies(record -> assertThat(record.status()).isEqualTo(101));
        assertThat(simulator.inFlight()).isZero();
    }

    @Test
    void handshakesCheckKeysQuotasAndFaults(GeminiSimulator simulator) {
        simulator.addQuota(Quota.requestsPerMinute(1).project("p1"));
        simulator.fault(Fault.when().operation(Operation.LIVE).nth(1).respond(503));
        assertThat(refusal(simulator, "unknown")).isEqualTo(400);
        assertThat(refusal(simulator, "k1")).isEqualTo(503);
        simulator.fault(Fault.when().operation(Operation.LIVE).delay(Latency.fixed(Duration.ofMillis(5))));
        WebSocket open = connect(simulator, "k1", new Closing()).join();
        assertThat(refusal(simulator, "k1")).isEqualTo(429);
        open.abort();
        assertThat(simulator.requests()).extracting(RequestRecord::status).containsExactly(400, 503, 101, 429);
    }

    @Test
    void sessionsCanBeClosedAtTheirSetup(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().closeLive(1011, "You exceeded your current quota"));
        Closing closing = new Closing();
        WebSocket socket = connect(simulator, "k1", closing).join();
        socket.sendText("{\"setup\":{\"model\":\"models/m\"}}", true).join();
        assertThat(closing.closed.get(10, TimeUnit.SECONDS)).isEqualTo("1011 You exceeded your current quota");
    }

    @Test
    void pathAcceptsOnlyWebsockets(GeminiSimulator simulator) throws Exception {
        HttpClient http =
                HttpClient.newBuilder().sslContext(simulator.sslContext()).build();
        assertThat(new Raw(simulator, http).get(PATH, "k1").statusCode()).isEqualTo(400);
    }

    private static int refusal(GeminiSimulator simulator, String key) {
        try {
            connect(simulator, key, new Closing()).join().abort();
            return 101;
        } catch (CompletionException refused) {
            return refused.getCause() instanceof WebSocketHandshakeException answer
                    ? answer.getResponse().statusCode()
                    : -1;
        }
    }

    private static CompletableFuture<WebSocket> connect(GeminiSimulator simulator, String key, Closing closing) {
        return HttpClient.newBuilder()
                .sslContext(simulator.sslContext())
                .build()
                .newWebSocketBuilder()
                .header("x-goog-api-key", key)
                .buildAsync(URI.create("wss://127.0.0.1:" + simulator.port() + PATH), closing);
    }

    private static final class Closing implements WebSocket.Listener {
        private final CompletableFuture<String> closed = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code + " " + reason);
            return CompletableFuture.completedFuture(null);
        }
    }
}
