package io.github.geminipool.internal.http;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * An executor for a dispatcher of OkHttp that starts no threads of its own. Shutting it down does nothing: the SDK's {@code
 * Client.close()} does so, but the pool shuts down its executors itself.
 */
abstract class DispatcherThreads extends AbstractExecutorService {

    @Override
    public final void shutdown() {}

    @Override
    public final List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public final boolean isShutdown() {
        return false;
    }

    @Override
    public final boolean isTerminated() {
        return false;
    }

    @Override
    public final boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }
}
