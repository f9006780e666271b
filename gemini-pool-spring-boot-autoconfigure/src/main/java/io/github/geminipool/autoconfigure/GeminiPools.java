package io.github.geminipool.autoconfigure;

import io.github.geminipool.GeminiPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * The pools of an application that are singletons, by the names of their beans. A prototype is not among them, because asking for it
 * would create another pool. Immutable and thread-safe.
 */
public final class GeminiPools {

    private final ListableBeanFactory beans;

    /** Creates an instance for the beans of an application. */
    public GeminiPools(ListableBeanFactory beans) {
        this.beans = beans;
    }

    /**
     * Returns the pools, including those of parent contexts; the one that is injected where no pool is named comes first. Pools that
     * do not exist yet are created.
     */
    public Map<String, GeminiPool> all() {
        GeminiPool first = first();
        Map<String, GeminiPool> pools = new LinkedHashMap<>();
        Map<String, GeminiPool> others =
                BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, GeminiPool.class, false, true);
        others.forEach((name, pool) -> {
            if (pool == first) {
                pools.put(name, pool);
            }
        });
        others.forEach(pools::putIfAbsent);
        return pools;
    }

    /** Returns the pools of this context, which are closed with it. */
    List<GeminiPool> own() {
        GeminiPool first = first();
        List<GeminiPool> pools = new ArrayList<>();
        beans.getBeansOfType(GeminiPool.class, false, true).values().forEach(pool -> {
            if (pool == first) {
                pools.add(0, pool);
            } else {
                pools.add(pool);
            }
        });
        return pools;
    }

    /** Returns the pool that is injected where no pool is named; null if there are several and none is primary. */
    public @Nullable GeminiPool first() {
        boolean isOneEach = Arrays.stream(names(true)).allMatch(beans::isSingleton);
        if (isOneEach) {
            return beans.getBeanProvider(GeminiPool.class).getIfUnique();
        }
        String[] single = names(false);
        return single.length == 1 ? beans.getBean(single[0], GeminiPool.class) : null;
    }

    private String[] names(boolean alsoSeveralEach) {
        return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, GeminiPool.class, alsoSeveralEach, true);
    }
}
