package io.github.geminipool.wire.runners;

import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** A thread that makes one call. */
final class AskingThread extends Thread {

    /** How the call ended, and whether its thread was interrupted after it. */
    record End(@Nullable Throwable thrown, boolean interrupted) {}

    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final ThrowingCallable call;

    private AskingThread(ThrowingCallable call) {
        super("asking");
        this.call = call;
    }

    /** Starts a thread that makes a call. */
    static AskingThread of(ThrowingCallable call) {
        AskingThread asking = new AskingThread(call);
        asking.start();
        return asking;
    }

    @Override
    public void run() {
        Throwable thrown = catchThrowable(call);
        end.complete(new End(thrown, Thread.interrupted()));
    }

    /** Waits for the end of the call. */
    End end() throws InterruptedException, ExecutionException, TimeoutException {
        return end.get(10, TimeUnit.SECONDS);
    }
}
