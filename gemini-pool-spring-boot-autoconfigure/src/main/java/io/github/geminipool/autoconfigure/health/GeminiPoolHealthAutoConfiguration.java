package io.github.geminipool.autoconfigure.health;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import io.github.geminipool.autoconfigure.GeminiPools;
import io.github.geminipool.autoconfigure.shared.GeminiPoolRedisAutoConfiguration;
import io.github.geminipool.redis.RedisSharedStore;
import io.github.geminipool.redis.StoreStats;
import java.util.Map;
import java.util.function.Function;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration Auto-configuration} for the health component
 * {@code geminiPool}, which has a part for each pool if there are several.
 */
@AutoConfiguration(after = {GeminiPoolAutoConfiguration.class, GeminiPoolRedisAutoConfiguration.class})
@ConditionalOnClass({GeminiPool.class, HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(GeminiPool.class)
@ConditionalOnEnabledHealthIndicator("geminipool")
public final class GeminiPoolHealthAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "geminiPoolHealthIndicator")
    HealthContributor geminiPoolHealthIndicator(ListableBeanFactory beans, ObjectProvider<SharedHealth> shared) {
        GeminiPools pools = new GeminiPools(beans);
        Map<String, GeminiPool> all = pools.all();
        GeminiPool first = pools.first();
        Function<GeminiPool, GeminiPoolHealthIndicator> indicator =
                pool -> new GeminiPoolHealthIndicator(pool, pool == first ? shared.getIfUnique() : null);
        return all.size() == 1
                ? indicator.apply(all.values().iterator().next())
                : CompositeHealthContributor.fromMap(all, indicator);
    }

    /** Adds details about replicas, if they share. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(RedisSharedStore.class)
    @ConditionalOnSingleCandidate(RedisSharedStore.class)
    static class SharedConfiguration {

        @Bean
        SharedHealth geminiPoolSharedHealth(RedisSharedStore store) {
            return builder -> {
                StoreStats stats = store.stats();
                builder.withDetail("replicas", stats.replicas());
                if (stats.aloneSince() != null) {
                    builder.withDetail("aloneSince", stats.aloneSince().toString());
                }
            };
        }
    }
}
