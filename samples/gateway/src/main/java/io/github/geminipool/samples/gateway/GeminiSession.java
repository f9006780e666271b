package io.github.geminipool.samples.gateway;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/** A Live session with Gemini. Thread-safe. */
final class GeminiSession extends WebSocketListener {

    private record Message(boolean isText, ByteString bytes) {}

    /** Maximum number of bytes waiting for Gemini before the gateway stops reading from the client. */
    private static final long MAX_WAITING = 1024 * 1024;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    /** Maximum number of messages waiting for the client before the gateway stops reading from Gemini. */
    private static final int MAX_MESSAGES = 32;

    private static final int NORMAL = 1000;
    private static final int NO_STATUS = 1005;
    private static final int VANISHED = 1006;

    private final MonoSink<GeminiSession> opened;
    private final Semaphore places = new Semaphore(MAX_MESSAGES);
    private final Sinks.Many<Message> received = Sinks.many().unicast().onBackpressureBuffer();
    private final AtomicBoolean isEnded = new AtomicBoolean();
    private volatile @Nullable WebSocket socket;
    private volatile boolean isClosed;
    private volatile CloseStatus closeStatus = CloseStatus.SERVER_ERROR;

    /**
     * Creates a session.
     *
     * @param opened is told when the session is open, or why it could not be opened
     */
    GeminiSession(MonoSink<GeminiSession> opened) {
        this.opened = opened;
    }

    /** Returns what Gemini sends. */
    Flux<WebSocketMessage> messages(WebSocketSession session) {
        return received.asFlux().doOnNext(taken -> places.release()).map(message -> {
            byte[] bytes = message.bytes().toByteArray();
            return message.isText()
                    ? session.textMessage(message.bytes().utf8())
                    : session.binaryMessage(buffers -> buffers.wrap(bytes));
        });
    }

    /** Returns why the session has ended. */
    CloseStatus closeStatus() {
        return closeStatus;
    }

    /** Sends a message; completes when another one may follow. */
    Mono<Void> send(boolean isText, ByteString message) {
        WebSocket to = socket;
        if (to == null) {
            return Mono.empty();
        }
        boolean isSent = isText ? to.send(message.utf8()) : to.send(message);
        if (!isSent || to.queueSize() < MAX_WAITING) {
            return Mono.empty();
        }
        return Mono.delay(LOOK_AGAIN)
                .repeat(() -> to.queueSize() >= MAX_WAITING)
                .then();
    }

    /** Closes the session with the status and reason with which its client closed it. */
    void close(CloseStatus status) {
        int code = status.getCode() == NO_STATUS ? NORMAL : status.getCode();
        WebSocket to = socket;
        if (to != null && code != VANISHED) {
            isClosed = to.close(code, status.getReason());
        }
    }

    /** Ends the session for a reason of the gateway's own. */
    void refuse(CloseStatus status) {
        ended(status);
    }

    /** Ends the session at once, unless it is being closed in good order. */
    void end() {
        WebSocket to = socket;
        if (to != null && !isClosed) {
            to.cancel();
        }
        if (isEnded.compareAndSet(false, true)) {
            places.release(Integer.MAX_VALUE / 2);
        }
    }

    @Override
    public void onOpen(WebSocket webSocket, Response response) {
        socket = webSocket;
        opened.success(this);
    }

    @Override
    public void onMessage(WebSocket webSocket, String text) {
        received(new Message(true, ByteString.encodeUtf8(text)));
    }

    @Override
    public void onMessage(WebSocket webSocket, ByteString bytes) {
        received(new Message(false, bytes));
    }

    private void received(Message message) {
        places.acquireUninterruptibly();
        received.tryEmitNext(message);
    }

    @Override
    public void onClosing(WebSocket webSocket, int code, String reason) {
        isClosed = true;
        webSocket.close(code == NO_STATUS ? NORMAL : code, reason);
        ended(new CloseStatus(code == NO_STATUS ? NORMAL : code, reason));
    }

    @Override
    public void onFailure(WebSocket webSocket, Throwable failure, @Nullable Response response) {
        if (socket == null) {
            opened.error(LiveRefusedException.of(response));
        }
        ended(CloseStatus.SERVER_ERROR.withReason("The session with Gemini was interrupted."));
    }

    private void ended(CloseStatus status) {
        closeStatus = status;
        received.tryEmitComplete();
    }
}
