package io.github.geminipool.samples.discordbot.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;

/** The HTTP and websocket server of the fake. */
final class LoopbackServer implements AutoCloseable {

    static final String REST = "/api/v10/";
    static final String GATEWAY = "/gateway";
    private static final String LOOPBACK = "127.0.0.1";
    private static final int THREADS = 16;

    private final Server server;
    private final ServerConnector connector;

    LoopbackServer(FakeDiscord discord, Gateway gateway, ObjectMapper mapper) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
        threads.setName("fake-discord");
        threads.setDaemon(true);
        server = new Server(threads);
        connector = new ServerConnector(server, 1, 1);
        connector.setHost(LOOPBACK);
        server.addConnector(connector);
        server.setStopTimeout(0);
        ServerWebSocketContainer websockets = ServerWebSocketContainer.ensure(server);
        websockets.setIdleTimeout(Duration.ZERO);
        server.setHandler(new Door(discord, gateway, websockets, mapper));
        try {
            server.start();
        } catch (Exception failed) {
            throw new IllegalStateException("Could not start the fake Discord", failed);
        }
    }

    String address() {
        return LOOPBACK + ":" + connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception failed) {
            throw new IllegalStateException("Could not stop the fake Discord", failed);
        }
    }

    private final class Door extends Handler.Abstract {

        private final FakeDiscord discord;
        private final Gateway gateway;
        private final ServerWebSocketContainer websockets;
        private final ObjectMapper mapper;

        Door(FakeDiscord discord, Gateway gateway, ServerWebSocketContainer websockets, ObjectMapper mapper) {
            this.discord = discord;
            this.gateway = gateway;
            this.websockets = websockets;
            this.mapper = mapper;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws IOException {
            String path = Request.getPathInContext(request);
            if (path.startsWith(GATEWAY)) {
                return websockets.upgrade(
                        (upgrade, answer, unused) -> gateway.new Connection("ws://" + address() + GATEWAY),
                        request,
                        response,
                        callback);
            }
            if (!path.startsWith(REST)) {
                return false;
            }
            String below = path.substring(REST.length());
            if (!("Bot " + discord.token()).equals(request.getHeaders().get(HttpHeader.AUTHORIZATION))) {
                send(
                        new RestApi.Answer(401, mapper.createObjectNode().put("message", "401: Unauthorized")),
                        response,
                        callback);
                return true;
            }
            send(discord.answer(request.getMethod(), below, Body.of(request, mapper)), response, callback);
            return true;
        }

        private void send(RestApi.Answer answer, Response response, Callback callback) {
            JsonNode retryAfter = answer.body().path("retry_after");
            response.setStatus(answer.status());
            // Without this header, JDA takes a 429 for Cloudflare's, which applies to all requests.
            response.getHeaders().put("via", "1.1 google");
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            if (!retryAfter.isMissingNode()) {
                response.getHeaders().put(HttpHeader.RETRY_AFTER, retryAfter.asLong());
            }
            response.write(true, ByteBuffer.wrap(answer.body().toString().getBytes(StandardCharsets.UTF_8)), callback);
        }
    }
}
