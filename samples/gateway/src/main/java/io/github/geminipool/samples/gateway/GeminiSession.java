package io.github.geminipool.samples.gateway;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import okio.Utf8;
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

    private record Message(boolean isText, ByteString bytes) {

        /** Returns the part that it takes of what may wait. */
        int places() {
            return Math.min(MAX_WAITING, bytes.size() + OVERHEAD);
        }
    }

    /**
     * Maximum number of bytes that wait for Gemini before the gateway stops reading from the client, and the other way round. A
     * larger message waits alone.
     */
    private static final int MAX_WAITING = 1024 * 1024;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    /** Within this, a message has been added. */
    private static final Duration ADDED = Duration.ofSeconds(1);

    /** What a message takes besides its bytes. */
    private static final int OVERHEAD = 512;

    /** Maximum length in bytes of the reason for closing a session, according to the WebSocket protocol. */
    private static final int MAX_REASON = 123;

    private static final int NORMAL = 1000;
    private static final int NO_STATUS = 1005;
    private static final int VANISHED = 1006;

    private final MonoSink<GeminiSession> opened;
    private final Semaphore places = new Semaphore(MAX_WAITING);
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
        return received.asFlux()
                .doOnNext(taken -> places.release(taken.places()))
                .map(message -> {
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

    /** Sends a message when there is room for it; completes when another one may follow. */
    Mono<Void> send(boolean isText, ByteString message) {
        WebSocket to = socket;
        if (to == null) {
            return Mono.empty();
        }
        Mono<Void> sent = Mono.fromRunnable(() -> {
            if (isText) {
                to.send(message.utf8());
            } else {
                to.send(message);
            }
        });
        return hasRoom(to, message)
                ? sent
                : Mono.delay(LOOK_AGAIN).repeat(() -> !hasRoom(to, message)).then(sent);
    }

    /** OkHttp closes a session in which more than its largest message waits. */
    private static boolean hasRoom(WebSocket to, ByteString message) {
        long waiting = to.queueSize();
        return waiting == 0 || waiting + message.size() <= MAX_WAITING;
    }

    /** Closes the session with the status and reason with which its client closed it. */
    void close(CloseStatus status) {
        int code = status.getCode() == NO_STATUS ? NORMAL : status.getCode();
        WebSocket to = socket;
        if (to != null && code != VANISHED) {
            isClosed = to.close(code, status.getReason());
        }
    }

    /** Ends the session because the client may not send what it has sent. */
    void refuse(String reason) {
        int end = Math.min(reason.length(), MAX_REASON);
        while (Utf8.size(reason, 0, end) > MAX_REASON) {
            end--;
        }
        ended(CloseStatus.POLICY_VIOLATION.withReason(reason.substring(0, end)));
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
        places.acquireUninterruptibly(message.places());
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
        // Another thread may be adding a message.
        received.emitComplete(Sinks.EmitFailureHandler.busyLooping(ADDED));
    }
}
