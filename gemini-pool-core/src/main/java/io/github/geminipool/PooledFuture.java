package io.github.geminipool;

import io.github.geminipool.internal.http.PoolCall;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The future of a call: cancelling it cancels the call on the wire too, which the SDK's futures don't do. */
final class PooledFuture<T> extends CompletableFuture<T> {

    private final PoolCall call;

    private PooledFuture(PoolCall call) {
        this.call = call;
    }

    /** A future that ends as another one does. */
    static <T> CompletableFuture<T> following(CompletableFuture<T> answer, PoolCall call) {
        PooledFuture<T> future = new PooledFuture<>(call);
        var unused = answer.whenComplete((value, e) -> future.end(value, e));
        return future;
    }

    private void end(T value, @Nullable Throwable e) {
        if (e == null) {
            complete(value);
        } else {
            completeExceptionally(e instanceof CompletionException && e.getCause() != null ? e.getCause() : e);
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        call.cancel();
        return super.cancel(mayInterruptIfRunning);
    }
}
