package io.github.geminipool.samples.gateway;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The body of a response that is passed on as it comes: a part is read when the client has taken the one before. */
final class AnswerBody {

    private static final int MAX_PART = 16 * 1024;

    /** Maximum size of the beginning that is kept for its reader. */
    private static final int MAX_START = 64 * 1024;

    private final Call call;
    private final Response response;
    private final DataBufferFactory buffers;
    private final Scheduler readers;
    private final Predicate<byte[]> start;
    private final ReentrantLock lock = new ReentrantLock();
    private final byte[] part = new byte[MAX_PART];
    private byte @Nullable [] begun = new byte[0];
    private volatile boolean ended;

    /** Whether the client has gone away. The pool may cancel the call, too. */
    private volatile boolean left;

    /**
     * Creates a body.
     *
     * @param readers the threads that read
     * @param start receives the beginning, a little more of it each time, until it returns true
     */
    AnswerBody(Call call, Response response, DataBufferFactory buffers, Scheduler readers, Predicate<byte[]> start) {
        this.call = call;
        this.response = response;
        this.buffers = buffers;
        this.readers = readers;
        this.start = start;
    }

    /**
     * Returns the parts, each of which is read when it is requested. If they are no longer wanted, the call ends. If Gemini
     * cuts the response short, they do not end, so that it does not look complete.
     *
     * @param cut closes the client's connection, after which the parts are no longer wanted
     */
    Flux<Mono<DataBuffer>> parts(Runnable cut) {
        // Spring takes an EOFException for a client that has left, and completes the response.
        Mono<DataBuffer> next = Mono.fromCallable(this::read)
                .subscribeOn(readers)
                .onErrorResume(e -> {
                    cut.run();
                    return Mono.never();
                });
        return Flux.<Mono<DataBuffer>>generate(sink -> {
                    if (ended) {
                        sink.complete();
                    } else {
                        sink.next(next);
                    }
                })
                .doOnCancel(this::cancel);
    }

    private @Nullable DataBuffer read() throws IOException {
        lock.lock();
        try {
            int length = ended ? -1 : response.body().source().read(part);
            if (length < 0) {
                ended = true;
                response.close();
                return null;
            }
            DataBuffer buffer = buffers.allocateBuffer(length).write(part, 0, length);
            readStart(length);
            return buffer;
        } catch (IOException e) {
            ended = true;
            response.close();
            if (left) {
                return null;
            }
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void readStart(int length) {
        byte[] before = begun;
        if (before == null) {
            return;
        }
        byte[] longer = Arrays.copyOf(before, before.length + length);
        System.arraycopy(part, 0, longer, before.length, length);
        begun = start.test(longer) || longer.length > MAX_START ? null : longer;
    }

    /** Wakes the reader, which may be waiting for Gemini. */
    void cancel() {
        left = true;
        call.cancel();
        readers.schedule(this::close);
    }

    private void close() {
        lock.lock();
        try {
            ended = true;
            response.close();
        } finally {
            lock.unlock();
        }
    }
}
