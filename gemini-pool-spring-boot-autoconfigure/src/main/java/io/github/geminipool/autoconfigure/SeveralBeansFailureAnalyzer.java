package io.github.geminipool.autoconfigure;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallTracer;
import io.github.geminipool.spi.CallerResolver;
import io.github.geminipool.spi.SelectionStrategy;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says how to choose among several pools, none of them primary, or among several beans that serve a pool. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class SeveralBeansFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {

    private static final Set<Class<?>> SERVING =
            Set.of(SelectionStrategy.class, AttemptRunner.class, CallTracer.class, CallerResolver.class);

    private final BeanFactory beans;

    SeveralBeansFailureAnalyzer(BeanFactory beans) {
        this.beans = beans;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
        Class<?> type = cause.getResolvableType() == null
                ? null
                : cause.getResolvableType().resolve();
        if (type == null) {
            return null;
        }
        if (cause instanceof NoUniqueBeanDefinitionException several && SERVING.contains(type)) {
            return serving(type, several);
        }
        List<String> pools = pools();
        return pools.size() > 1 && (type == GeminiPool.class || type == Client.class)
                ? ofPools(type, pools, cause)
                : null;
    }

    private List<String> pools() {
        return beans instanceof ListableBeanFactory listable
                ? Arrays.asList(listable.getBeanNamesForType(GeminiPool.class, true, false))
                : List.of();
    }

    private static FailureAnalysis ofPools(Class<?> type, List<String> pools, Throwable cause) {
        String description = "There are several pools, " + String.join(", ", pools)
                + ", and none of them is primary, so " + (type == GeminiPool.class ? "none" : "no Client of any")
                + " is injected where no pool is named.";
        return new FailureAnalysis(
                description,
                """
                Consider one of the following:

                Name the pool where it is injected: @Qualifier("%1$s") %2$s.

                Mark the pool that the application defines as @Primary, or configure that of gemini.pool, which is \
                primary beside those of gemini.pools.%3$s\
                """.formatted(
                                pools.get(0),
                                type.getSimpleName(),
                                type == Client.class
                                        ? "\n\nThe Client of a pool that the application defines itself is its client()."
                                        : ""),
                cause);
    }

    private static FailureAnalysis serving(Class<?> type, NoUniqueBeanDefinitionException cause) {
        Collection<String> names = cause.getBeanNamesFound() == null ? List.of() : cause.getBeanNamesFound();
        return new FailureAnalysis(
                "There are several beans of type " + type.getSimpleName() + ", " + String.join(", ", names)
                        + ", and none of them is primary. A pool has one.",
                "Mark one of them as @Primary, or define one only. If each is for another pool, give it the pool's name as"
                        + " @Qualifier.",
                cause);
    }
}
