package io.github.geminipool.autoconfigure;

import io.github.geminipool.GeminiPool;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ApplicationListener;

/** Reloads the pool's keys when Spring Cloud has refreshed the environment. Unchanged keys keep their state. */
final class KeyRefresh implements ApplicationListener<EnvironmentChangeEvent> {

    private final ObjectProvider<GeminiPool> pools;

    KeyRefresh(ObjectProvider<GeminiPool> pools) {
        this.pools = pools;
    }

    @Override
    public void onApplicationEvent(EnvironmentChangeEvent event) {
        pools.orderedStream().forEach(pool -> pool.keys().reload());
    }
}
