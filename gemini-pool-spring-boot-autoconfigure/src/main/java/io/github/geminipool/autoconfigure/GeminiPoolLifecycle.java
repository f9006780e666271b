package io.github.geminipool.autoconfigure;

import io.github.geminipool.GeminiPool;
import java.time.Duration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;

/**
 * Closes the pool when the application shuts down: after the web server and the executors, since their work may still
 * use the pool, and before any bean is destroyed, since running calls may use it.
 *
 * <p>A context that is only stopped or paused keeps its pool, because a closed pool cannot be reopened.
 */
final class GeminiPoolLifecycle implements SmartLifecycle {

    static final int PHASE = ExecutorConfigurationSupport.DEFAULT_PHASE - 1024;

    private final GeminiPool pool;
    private final ConfigurableApplicationContext context;
    private final Duration gracePeriod;
    private volatile boolean running;

    GeminiPoolLifecycle(GeminiPool pool, ConfigurableApplicationContext context, Duration gracePeriod) {
        this.pool = pool;
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
            pool.close(gracePeriod);
        }
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
