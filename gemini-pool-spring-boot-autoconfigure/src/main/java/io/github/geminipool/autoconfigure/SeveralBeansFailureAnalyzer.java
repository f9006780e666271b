package io.github.geminipool.autoconfigure;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.diagnosis.SimilarName;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallTracer;
import io.github.geminipool.spi.CallerResolver;
import io.github.geminipool.spi.SelectionStrategy;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.beans.factory.annotation.Qualifier;
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
        if (type != GeminiPool.class && type != Client.class) {
            return null;
        }
        List<String> pools = pools();
        String named = named(rootFailure, cause);
        if (named != null && !pools.isEmpty()) {
            return ofName(named, type, pools, cause);
        }
        return pools.size() > 1 ? ofPools(type, pools, cause) : null;
    }

    /** Returns the pool that the injection point names; null if it names none. */
    private static @Nullable String named(Throwable failure, Throwable cause) {
        for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof UnsatisfiedDependencyException missing && missing.getCause() == cause) {
                InjectionPoint point = missing.getInjectionPoint();
                Qualifier qualifier = point == null ? null : point.getAnnotation(Qualifier.class);
                return qualifier == null ? null : qualifier.value();
            }
        }
        return null;
    }

    private static FailureAnalysis ofName(String named, Class<?> type, List<String> pools, Throwable cause) {
        if (pools.contains(named)) {
            return new FailureAnalysis(
                    "There is no " + type.getSimpleName() + " of the pool '" + named
                            + "', since the application defines the pool itself.",
                    "Inject the pool with @Qualifier(\"" + named + "\"), and use its client().",
                    cause);
        }
        String similar = SimilarName.of(named, pools);
        return new FailureAnalysis(
                "There is no pool named '" + named + "'. The application has " + String.join(", ", pools) + ".",
                "Correct the @Qualifier, or configure gemini.pools." + named.toLowerCase(Locale.ROOT)
                        + ". The pools of gemini.pools have their names in lower case."
                        + (similar == null ? "" : " Did you mean '" + similar + "'?"),
                cause);
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
                                        ? "\n\n"
                                                + "The Client of a pool that the application defines itself is its"
                                                + " client()."
                                        : ""),
                cause);
    }

    private static FailureAnalysis serving(Class<?> type, NoUniqueBeanDefinitionException cause) {
        Collection<String> names = cause.getBeanNamesFound() == null ? List.of() : cause.getBeanNamesFound();
        return new FailureAnalysis(
                "There are several beans of type " + type.getSimpleName() + ", " + String.join(", ", names)
                        + ", and none of them is primary. A pool has one.",
                "Mark one of them as @Primary, or define one only. If each is for another pool, give it the pool's"
                        + " name as @Qualifier.",
                cause);
    }
}
