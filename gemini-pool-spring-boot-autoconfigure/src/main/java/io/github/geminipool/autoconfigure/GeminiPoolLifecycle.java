package io.github.geminipool.autoconfigure;

import io.github.geminipool.GeminiPool;
import java.time.Duration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;

/**
 * Closes the pool when the application ends: after the web server and the executors, whose work may still call it, and
 * before the first bean is destroyed, since what runs on in the pool may call that.
 *
 * <p>A context that is only stopped or paused, to be started again, keeps its pool: a closed one can't be opened.
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
