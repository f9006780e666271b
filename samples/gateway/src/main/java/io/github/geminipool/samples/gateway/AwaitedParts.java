package io.github.geminipool.samples.gateway;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Signal;

/** The parts of a body, for a thread that waits for each of them. Only that waiting counts as the sender's time. */
final class AwaitedParts extends BaseSubscriber<DataBuffer> implements AutoCloseable {

    private final Duration timeout;
    private final BlockingQueue<Signal<DataBuffer>> signals = new LinkedBlockingQueue<>();
    private boolean isFirst = true;

    /**
     * Creates a subscriber.
     *
     * @param timeout how long to wait for a part
     */
    AwaitedParts(Duration timeout) {
        this.timeout = timeout;
    }

    /**
     * Returns the next part, to be released; null at the end.
     *
     * @throws IOException if the body broke off; with a {@link TimeoutException} as its cause if nothing came
     */
    @Nullable
    DataBuffer next() throws IOException {
        if (!isFirst) {
            request(1);
        }
        isFirst = false;
        Signal<DataBuffer> signal;
        try {
            signal = signals.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while the client's upload was awaited");
        }
        if (signal == null) {
            throw new IOException("The client's upload broke off", new TimeoutException("Nothing came"));
        }
        if (signal.isOnError()) {
            throw new IOException("The client's upload broke off", signal.getThrowable());
        }
        return signal.get();
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        // The subscription may come later than the first wait.
        subscription.request(1);
    }

    @Override
    protected void hookOnNext(DataBuffer part) {
        signals.add(Signal.next(part));
        if (isDisposed()) {
            release();
        }
    }

    @Override
    protected void hookOnComplete() {
        signals.add(Signal.complete());
    }

    @Override
    protected void hookOnError(Throwable failure) {
        signals.add(Signal.error(failure));
    }

    @Override
    public void close() {
        cancel();
        release();
    }

    private void release() {
        for (Signal<DataBuffer> left = signals.poll(); left != null; left = signals.poll()) {
            DataBuffer part = left.get();
            if (part != null) {
                DataBufferUtils.release(part);
            }
        }
    }
}
