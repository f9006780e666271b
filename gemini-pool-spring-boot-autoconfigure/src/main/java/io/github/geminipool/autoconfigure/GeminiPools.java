package io.github.geminipool.autoconfigure;

import io.github.geminipool.GeminiPool;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;

/** All pools of an application, by the names of their beans. Immutable, and thread-safe. */
public final class GeminiPools {

    private final ListableBeanFactory beans;

    /** Creates an instance for the beans of an application. */
    public GeminiPools(ListableBeanFactory beans) {
        this.beans = beans;
    }

    /** Returns the pools; the one that is injected where no pool is named comes first. Pools that do not exist yet are created. */
    public Map<String, GeminiPool> all() {
        GeminiPool first = first();
        Map<String, GeminiPool> pools = new LinkedHashMap<>();
        Map<String, GeminiPool> others = beans.getBeansOfType(GeminiPool.class);
        others.forEach((name, pool) -> {
            if (pool == first) {
                pools.put(name, pool);
            }
        });
        others.forEach(pools::putIfAbsent);
        return pools;
    }

    /** Returns the pool that is injected where no pool is named; null if there are several and none is primary. */
    public @Nullable GeminiPool first() {
        return beans.getBeanProvider(GeminiPool.class).getIfUnique();
    }
}
