package io.github.geminipool.autoconfigure;

import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ApplicationListener;

/** Reloads the keys of all pools when Spring Cloud has refreshed the environment. Unchanged keys keep their state. */
final class KeyRefresh implements ApplicationListener<EnvironmentChangeEvent> {

    private final GeminiPools pools;

    KeyRefresh(GeminiPools pools) {
        this.pools = pools;
    }

    @Override
    public void onApplicationEvent(EnvironmentChangeEvent event) {
        pools.all().values().forEach(pool -> pool.keys().reload());
    }
}
