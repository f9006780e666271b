package io.github.geminipool;

import io.github.geminipool.internal.call.CallGroup;
import io.github.geminipool.internal.http.PooledHttpClient;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls that can be cancelled together although a library makes them that can't cancel them itself.
 *
 * <p>A call that is cancelled gives its instance back at once. The reader of its stream gets the end of the stream, as far as it still
 * reads. Thread-safe.
 */
public final class CancellableCalls {

    private final PooledHttpClient http;
    private final CallGroup group = new CallGroup();

    CancellableCalls(PooledHttpClient http) {
        this.http = http;
    }

    /** Runs code: the calls that it begins on this thread through the pool's clients belong to these. */
    public <T extends @Nullable Object> T call(Supplier<T> body) {
        return http.in(group, body);
    }

    /** Runs code like {@link #call(Supplier)}. */
    public void run(Runnable body) {
        http.in(group, asSupplier(body));
    }

    /** Runs code whose calls do not belong to these, although it is called by code whose calls do. */
    public void outside(Runnable body) {
        http.in(null, asSupplier(body));
    }

    private static Supplier<@Nullable Void> asSupplier(Runnable body) {
        return () -> {
            body.run();
            return null;
        };
    }

    /** Cancels the calls that belong to these, now and later. Does not block. */
    public void cancel() {
        group.cancel();
    }
}
