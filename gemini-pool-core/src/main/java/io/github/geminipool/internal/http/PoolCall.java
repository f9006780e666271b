package io.github.geminipool.internal.http;

import io.github.geminipool.failure.GeminiPoolException;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.spi.CallOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asked for: options go in, how it went comes out. It may be several HTTP calls one after the other
 * (automatic function calling), which share its deadline. Thread-safe.
 */
public final class PoolCall {

    private final CallOptions options;
    private final long startNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Call> calls = new ArrayList<>(1);
    private boolean cancelled;
    private int attempts;
    private long waitedNanos;
    private @Nullable String keyName;
    private int instanceIndex = -1;
    private @Nullable GeminiPoolException refusal;

    PoolCall(CallOptions options, long startNanos) {
        this.options = options;
        this.startNanos = startNanos;
    }

    CallOptions options() {
        return options;
    }

    long startNanos() {
        return startNanos;
    }

    void began(Call call) {
        boolean tooLate;
        lock.lock();
        try {
            calls.add(call);
            tooLate = cancelled;
        } finally {
            lock.unlock();
        }
        if (tooLate) {
            call.cancel();
        }
    }

    /** Cancels what runs and what would still come. */
    public void cancel() {
        List<Call> running;
        lock.lock();
        try {
            cancelled = true;
            running = List.copyOf(calls);
        } finally {
            lock.unlock();
        }
        running.forEach(Call::cancel);
    }

    void attempted(Lease lease) {
        lock.lock();
        try {
            attempts++;
            keyName = lease.keyName();
            instanceIndex = lease.instanceIndex();
        } finally {
            lock.unlock();
        }
    }

    void waited(long nanos) {
        lock.lock();
        try {
            waitedNanos += nanos;
        } finally {
            lock.unlock();
        }
    }

    void refused(GeminiPoolException exception) {
        lock.lock();
        try {
            refusal = exception;
        } finally {
            lock.unlock();
        }
    }

    /** How it went so far. */
    public Progress progress() {
        lock.lock();
        try {
            return new Progress(attempts, waitedNanos, keyName, instanceIndex, refusal);
        } finally {
            lock.unlock();
        }
    }

    /**
     * How a call went so far.
     *
     * @param attempts attempts made
     * @param waitedNanos time spent waiting for instances
     * @param keyName the key of the last attempt, or null without one
     * @param instanceIndex the instance of the last attempt, or -1 without one
     * @param refusal why the pool refused it, or null
     */
    public record Progress(
            int attempts,
            long waitedNanos,
            @Nullable String keyName,
            int instanceIndex,
            @Nullable GeminiPoolException refusal) {}
}
