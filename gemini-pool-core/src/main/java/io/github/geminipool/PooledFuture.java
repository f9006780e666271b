package io.github.geminipool;

import io.github.geminipool.internal.http.PoolCall;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the futures of calls: whoever ends one before the call has, by cancelling it, by a timeout or otherwise, ends the
 * call on the wire too, which the SDK's futures don't do.
 */
final class PooledFuture {

    private PooledFuture() {}

    /** A future that ends as another one does. */
    static <T> CompletableFuture<T> following(CompletableFuture<T> answer, PoolCall call) {
        CompletableFuture<T> future = new CompletableFuture<>();
        var unused = future.whenComplete((value, e) -> {
            if (!answer.isDone()) {
                call.cancel();
            }
        });
        var unusedToo = answer.whenComplete((value, e) -> end(future, value, e));
        return future;
    }

    private static <T> void end(CompletableFuture<T> future, T value, @Nullable Throwable e) {
        if (e == null) {
            future.complete(value);
        } else {
            future.completeExceptionally(e instanceof CompletionException && e.getCause() != null ? e.getCause() : e);
        }
    }
}
