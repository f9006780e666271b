package io.github.geminipool.autoconfigure;

import io.github.geminipool.GeminiPool;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The beans that serve a pool: those whose {@code @Qualifier} is its name, and those whose qualifier is no pool's name. */
final class PoolBeans {

    private final ConfigurableListableBeanFactory beans;
    private final String pool;
    private final Set<String> others;

    PoolBeans(ConfigurableListableBeanFactory beans, String pool) {
        this.beans = beans;
        this.pool = pool;
        this.others = new java.util.HashSet<>(List.of(beans.getBeanNamesForType(GeminiPool.class, true, false)));
        others.remove(pool);
    }

    /** Returns the beans in their order. */
    <T> List<T> all(Class<T> type) {
        Set<Object> ofOthers = identities(names(type).filter(this::isOfAnother));
        return beans.getBeanProvider(type)
                .orderedStream()
                .filter(bean -> !ofOthers.contains(bean))
                .toList();
    }

    /**
     * Returns the pool's own bean, else the primary or only one; null if there is none.
     *
     * @throws NoUniqueBeanDefinitionException if there are several
     */
    <T> @Nullable T unique(Class<T> type) {
        List<String> own = own(type);
        if (own.size() == 1) {
            return beans.getBean(own.get(0), type);
        }
        List<T> all = all(type);
        if (all.size() == 1) {
            return all.get(0);
        }
        T primary = beans.getBeanProvider(type).getIfUnique();
        if (primary != null && all.contains(primary)) {
            return primary;
        }
        if (all.isEmpty()) {
            return null;
        }
        throw new NoUniqueBeanDefinitionException(
                type, names(type).filter(name -> !isOfAnother(name)).toList());
    }

    /** Returns the names of the beans that serve this pool only. */
    List<String> own(Class<?> type) {
        return names(type)
                .filter(name -> BeanFactoryAnnotationUtils.isQualifierMatch(pool::equals, name, beans))
                .toList();
    }

    private boolean isOfAnother(String name) {
        return BeanFactoryAnnotationUtils.isQualifierMatch(others::contains, name, beans);
    }

    private Stream<String> names(Class<?> type) {
        return Arrays.stream(beans.getBeanNamesForType(type));
    }

    private Set<Object> identities(Stream<String> names) {
        Set<Object> identities = Collections.newSetFromMap(new IdentityHashMap<>());
        names.forEach(name -> identities.add(beans.getBean(name)));
        return identities;
    }
}
