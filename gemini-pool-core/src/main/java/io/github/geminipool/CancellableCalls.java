package io.github.geminipool;

import io.github.geminipool.internal.call.CallGroup;
import io.github.geminipool.internal.http.PooledHttpClient;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls that can be cancelled together, even if they are made by a library that can't cancel them.
 *
 * <p>A cancelled call gives back its instance at once. If its stream is still being read, the reader gets the end of the stream.
 * Thread-safe.
 */
public final class CancellableCalls {

    private final PooledHttpClient http;
    private final CallGroup group = new CallGroup();

    CancellableCalls(PooledHttpClient http) {
        this.http = http;
    }

    /** Runs code; the calls that it begins on this thread through the pool's clients belong to this group. */
    public <T extends @Nullable Object> T call(Supplier<T> body) {
        return http.in(group, body);
    }

    /** Runs code without a result, like {@link #call(Supplier)}. */
    public void run(Runnable body) {
        http.in(group, asSupplier(body));
    }

    /** Runs code whose calls do not belong to this group, although they would where it runs. */
    public void outside(Runnable body) {
        http.in(null, asSupplier(body));
    }

    private static Supplier<@Nullable Void> asSupplier(Runnable body) {
        return () -> {
            body.run();
            return null;
        };
    }

    /** Cancels all calls of this group, present and future. Does not block. */
    public void cancel() {
        group.cancel();
    }
}
