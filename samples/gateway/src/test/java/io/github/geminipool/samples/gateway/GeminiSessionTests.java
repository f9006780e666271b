package io.github.geminipool.samples.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** What waits in a Live session. */
@Timeout(60)
class GeminiSessionTests {

    private static final int LARGE = 4 * 1024 * 1024;

    /** A connection in which something waits. */
    private static final class Socket implements WebSocket {

        private final AtomicLong waiting = new AtomicLong(1);
        private final CountDownLatch sent = new CountDownLatch(1);

        @Override
        public Request request() {
            return new Request.Builder().url("http://localhost/").build();
        }

        @Override
        public long queueSize() {
            return waiting.get();
        }

        @Override
        public boolean send(String text) {
            return true;
        }

        @Override
        public boolean send(ByteString bytes) {
            sent.countDown();
            return true;
        }

        @Override
        public boolean close(int code, String reason) {
            return true;
        }

        @Override
        public void cancel() {}
    }

    private static GeminiSession session() {
        AtomicReference<@Nullable GeminiSession> session = new AtomicReference<>();
        Disposable unused = Mono.<GeminiSession>create(sink -> session.set(new GeminiSession(sink)))
                .subscribe();
        return Objects.requireNonNull(session.get());
    }

    private static int received(int messages, int size) throws InterruptedException {
        AtomicInteger received = new AtomicInteger();
        GeminiSession session = session();
        ByteString message = ByteString.of(new byte[size]);
        Thread reader = new Thread(() -> {
            for (int i = 0; i < messages; i++) {
                session.onMessage(new Socket(), message);
                received.incrementAndGet();
            }
        });
        reader.start();
        while (reader.isAlive() && reader.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        int taken = received.get();
        session.end();
        reader.join();
        return taken;
    }

    @Test
    void isLittleForTheClient() throws InterruptedException {
        assertThat(received(8, LARGE)).isEqualTo(1);
        assertThat(received(64, 1024)).isEqualTo(64);
    }

    @Test
    void emptyMessagesCountToo() throws InterruptedException {
        assertThat(received(10_000, 0)).isLessThan(10_000);
    }

    @Test
    void aLargeMessageWaitsForTheOnesBefore() throws InterruptedException {
        GeminiSession session = session();
        Socket socket = new Socket();
        session.onOpen(
                socket,
                new Response.Builder()
                        .request(socket.request())
                        .protocol(Protocol.HTTP_1_1)
                        .code(101)
                        .message("")
                        .build());
        CountDownLatch isNext = new CountDownLatch(1);
        Disposable unused =
                session.send(false, ByteString.of(new byte[LARGE])).subscribe(none -> {}, e -> {}, isNext::countDown);
        assertThat(socket.sent.getCount()).isOne();
        socket.waiting.set(0);
        assertThat(isNext.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(socket.sent.getCount()).isZero();
    }
}
