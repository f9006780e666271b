package io.github.geminipool.internal.http;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An executor without threads: the test runs its tasks. */
public final class QueuedExecutor extends AbstractExecutorService {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private @Nullable Supplier<? extends Throwable> failure;
    private boolean shutdown;

    /** Has the executor fail instead of taking tasks; null for not. */
    void failWith(@Nullable Supplier<? extends Throwable> newFailure) {
        failure = newFailure;
    }

    @Override
    public void execute(Runnable task) {
        if (failure != null) {
            Throwable thrown = failure.get();
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        }
        tasks.add(task);
    }

    /** Returns the number of tasks that would hold a thread. */
    int size() {
        return tasks.size();
    }

    /** Runs all tasks on this thread. */
    void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown && tasks.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isTerminated();
    }
}
