package io.github.geminipool.autoconfigure;

import io.github.geminipool.GeminiPool;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;

/**
 * Closes all pools at the same time when the application shuts down: after the web server and the executors, whose work may still
 * use a pool, and before any bean is destroyed that running calls may use.
 *
 * <p>A context that is only stopped or paused keeps its pool, because a closed pool cannot be reopened.
 */
final class GeminiPoolLifecycle implements SmartLifecycle {

    static final int PHASE = ExecutorConfigurationSupport.DEFAULT_PHASE - 1024;

    private final List<GeminiPool> pools;
    private final ConfigurableApplicationContext context;
    private final Duration gracePeriod;
    private volatile boolean running;

    GeminiPoolLifecycle(Collection<GeminiPool> pools, ConfigurableApplicationContext context, Duration gracePeriod) {
        this.pools = List.copyOf(pools);
        this.context = context;
        this.gracePeriod = gracePeriod;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (context.isClosed()) {
            closeAll();
        }
    }

    private void closeAll() {
        Executor threads = task -> new Thread(task, "gemini-pool-close").start();
        CompletableFuture<?>[] others = pools.stream()
                .skip(1)
                .map(pool -> CompletableFuture.runAsync(() -> pool.close(gracePeriod), threads))
                .toArray(CompletableFuture[]::new);
        pools.stream().limit(1).forEach(pool -> pool.close(gracePeriod));
        CompletableFuture.allOf(others).join();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
