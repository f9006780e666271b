package io.github.geminipool.autoconfigure.shared;

import io.github.geminipool.spi.SharedStore;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;

/**
 * Closes the store when the application shuts down: after the pool, and while its connections are still open, so that the other
 * replicas are told.
 */
final class SharedStoreLifecycle implements SmartLifecycle {

    /** Lower than the pool's. Spring Data stops Redis in phase 0. */
    static final int PHASE = ExecutorConfigurationSupport.DEFAULT_PHASE - 2048;

    private final SharedStore store;
    private final ConfigurableApplicationContext context;
    private volatile boolean running;

    SharedStoreLifecycle(SharedStore store, ConfigurableApplicationContext context) {
        this.store = store;
        this.context = context;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (context.isClosed()) {
            store.close();
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
