package io.github.geminipool.internal.http;

import io.github.geminipool.internal.pool.Lease;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import okhttp3.internal.connection.RealCall;

/**
 * The threads of probes. If none can be started, a probe is rejected as by an executor that is shut down, and OkHttp reports it as failed;
 * it would report no other exception. Thread-safe.
 */
final class ProbeThreads extends DispatcherThreads {

    private final Executor workers;

    ProbeThreads(Executor workers) {
        this.workers = workers;
    }

    @Override
    public void execute(Runnable task) {
        try {
            workers.execute(() -> run(task));
        } catch (OutOfMemoryError e) {
            throw new RejectedExecutionException("no thread could be started", e);
        }
    }

    /** Completes the lease of a probe in any case: there may be no memory left for OkHttp to report how it ended. */
    private static void run(Runnable task) {
        try {
            task.run();
        } finally {
            Lease lease = task instanceof RealCall.AsyncCall probe
                    ? probe.getRequest().tag(Lease.class)
                    : null;
            if (lease != null) {
                lease.complete(AttemptFailures.unexpected(true));
            }
        }
    }
}
