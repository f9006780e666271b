package io.github.geminipool.internal.http;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

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
            workers.execute(task);
        } catch (OutOfMemoryError e) {
            throw new RejectedExecutionException("no thread could be started", e);
        }
    }
}
