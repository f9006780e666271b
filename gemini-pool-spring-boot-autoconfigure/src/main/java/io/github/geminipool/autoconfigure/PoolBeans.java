package io.github.geminipool.autoconfigure;

import io.github.geminipool.GeminiPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;

/** The beans that serve a pool: those whose {@code @Qualifier} is its name, and those whose qualifier is not the name of any pool. */
final class PoolBeans {

    private final ConfigurableListableBeanFactory beans;
    private final String pool;
    private final Set<String> others;

    PoolBeans(ConfigurableListableBeanFactory beans, String pool) {
        this.beans = beans;
        this.pool = pool;
        this.others = new HashSet<>(
                List.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, GeminiPool.class, true, false)));
        others.remove(pool);
    }

    /** Returns the beans in the order in which they would be injected. */
    <T> List<T> all(Class<T> type) {
        IdentityHashMap<Object, String> names = new IdentityHashMap<>();
        List<T> all = new ArrayList<>();
        for (String name : names(type).filter(name -> !isOfAnother(name)).toList()) {
            T bean = beans.getBean(name, type);
            if (names.putIfAbsent(bean, name) == null) {
                all.add(bean);
            }
        }
        all.sort(AnnotationAwareOrderComparator.INSTANCE.withSourceProvider(bean -> orderOf(names.get(bean))));
        return List.copyOf(all);
    }

    /** Returns what may define a bean's order besides its class: its factory method, as for injection. */
    private Object @Nullable [] orderOf(@Nullable String name) {
        if (name == null
                || !beans.containsBeanDefinition(name)
                || !(beans.getMergedBeanDefinition(name) instanceof RootBeanDefinition definition)) {
            return null;
        }
        return Stream.of(definition.getResolvedFactoryMethod(), definition.getTargetType())
                .filter(Objects::nonNull)
                .toArray();
    }

    /**
     * Returns the pool's own bean, or else the primary or only one; null if there is none.
     *
     * @throws NoUniqueBeanDefinitionException if there are several candidates
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
        return names(type).filter(this::isOwn).toList();
    }

    private boolean isOfAnother(String name) {
        return BeanFactoryAnnotationUtils.isQualifierMatch(others::contains, name, beans);
    }

    private Stream<String> names(Class<?> type) {
        return Arrays.stream(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type))
                .filter(this::isCandidate);
    }

    /** Returns whether a bean would be injected: not the target of a proxy, and a non-default candidate only if it is the pool's own. */
    private boolean isCandidate(String name) {
        if (!beans.containsBeanDefinition(name)) {
            return true;
        }
        BeanDefinition definition = beans.getMergedBeanDefinition(name);
        boolean isDefault = !(definition instanceof AbstractBeanDefinition known) || known.isDefaultCandidate();
        return definition.isAutowireCandidate() && (isDefault || isOwn(name));
    }

    private boolean isOwn(String name) {
        return BeanFactoryAnnotationUtils.isQualifierMatch(pool::equals, name, beans);
    }
}
