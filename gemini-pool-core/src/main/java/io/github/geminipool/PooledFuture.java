package io.github.geminipool;

import io.github.geminipool.internal.call.PoolCall;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Creates the futures of calls. Unlike the SDK's futures, one that is cancelled or times out cancels its call on the wire too. */
final class PooledFuture {

    private PooledFuture() {}

    /** Returns a future that completes like {@code answer}, and cancels the call if it is completed earlier. */
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
