package io.github.geminipool.samples.gateway;

import okhttp3.Request;
import okhttp3.WebSocket;
import okio.ByteString;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.WebsocketServerSpec;

/** Passes Live sessions through. The session with Gemini is opened first, so that a refusal reaches the client. Thread-safe. */
@Component
class LivePassThrough {

    private static final int MAX_MESSAGE = 16 * 1024 * 1024;

    /** Larger messages are read by another thread, since an event loop has other clients to serve. */
    private static final int MAX_QUICK = 64 * 1024;

    private final GeminiApi api;
    private final Isolation isolation;
    private final Scheduler readers;
    private final WebSocketService upgrade = new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy(
            () -> WebsocketServerSpec.builder().maxFramePayloadLength(MAX_MESSAGE)));

    LivePassThrough(GeminiApi api, Isolation isolation, Scheduler readers) {
        this.api = api;
        this.readers = readers;
        this.isolation = isolation;
    }

    Mono<Void> pass(ServerWebExchange exchange, GeminiPath path, GatewayClient client) {
        ServerHttpRequest request = exchange.getRequest();
        if (!"websocket".equalsIgnoreCase(request.getHeaders().getUpgrade())) {
            return OwnAnswer.invalid("A Live session requires a WebSocket.")
                    .send(exchange.getResponse(), path.dialect());
        }
        return session(path, request, client)
                .flatMap(gemini -> upgrade.handleRequest(exchange, session -> join(session, gemini, client))
                        .doOnError(e -> gemini.end())
                        .doOnCancel(gemini::end))
                .onErrorResume(LiveRefusedException.class, e -> answer(e, exchange.getResponse(), path));
    }

    private Mono<GeminiSession> session(GeminiPath path, ServerHttpRequest request, GatewayClient client) {
        return Mono.create(sink -> {
            Request handshake = new Request.Builder()
                    .url(path.url())
                    .headers(GatewayHeaders.ofRequest(request.getHeaders()))
                    .build();
            WebSocket socket = api.http(client).newWebSocket(handshake, new GeminiSession(sink));
            sink.onCancel(socket::cancel);
        });
    }

    private Mono<Void> join(WebSocketSession session, GeminiSession gemini, GatewayClient client) {
        // A pong that nobody asked for only says that the client is alive.
        Mono<Void> up = session.receive()
                .filter(message -> message.getType() != WebSocketMessage.Type.PONG)
                .concatMap(message -> send(message, gemini, client), 0)
                .then(session.closeStatus().defaultIfEmpty(CloseStatus.NO_CLOSE_FRAME))
                .doOnNext(gemini::close)
                .then();
        Mono<Void> down =
                session.send(gemini.messages(session)).then(Mono.defer(() -> session.close(gemini.closeStatus())));
        return Mono.firstWithSignal(up, down).doFinally(signal -> gemini.end());
    }

    private Mono<Void> send(WebSocketMessage message, GeminiSession gemini, GatewayClient client) {
        byte[] bytes = new byte[message.getPayload().readableByteCount()];
        message.getPayload().read(bytes);
        boolean isText = message.getType() == WebSocketMessage.Type.TEXT;
        Mono<Void> sent = Mono.defer(() -> send(isText, ByteString.of(bytes), gemini, client));
        return bytes.length > MAX_QUICK ? sent.subscribeOn(readers) : sent;
    }

    private Mono<Void> send(boolean isText, ByteString message, GeminiSession gemini, GatewayClient client) {
        OwnAnswer refusal = isolation.refusalOfMessage(message, client);
        if (refusal != null) {
            gemini.refuse(refusal.message());
            return Mono.never();
        }
        return gemini.send(isText, message);
    }

    private static Mono<Void> answer(LiveRefusedException refused, ServerHttpResponse response, GeminiPath path) {
        byte[] body = refused.body();
        if (body.length == 0) {
            return OwnAnswer.unreachable().send(response, path.dialect());
        }
        response.setStatusCode(HttpStatusCode.valueOf(refused.status()));
        response.getHeaders().set("Content-Type", "application/json; charset=UTF-8");
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }
}
