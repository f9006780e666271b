package io.github.geminipool.autoconfigure.metrics;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import io.github.geminipool.autoconfigure.GeminiPoolProperties;
import io.github.geminipool.autoconfigure.GeminiPools;
import io.github.geminipool.autoconfigure.shared.GeminiPoolRedisAutoConfiguration;
import io.github.geminipool.redis.RedisSharedStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Set;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration Auto-configuration} for the pool's meters. */
@AutoConfiguration(
        after = {GeminiPoolAutoConfiguration.class, GeminiPoolRedisAutoConfiguration.class},
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration"
        })
@ConditionalOnClass({GeminiPool.class, MeterRegistry.class})
@ConditionalOnBean({GeminiPool.class, MeterRegistry.class})
@EnableConfigurationProperties(GeminiPoolProperties.class)
public final class GeminiPoolMetricsAutoConfiguration {

    private static final Set<String> TIMERS_OF_OBSERVATIONS =
            Set.of("gemini.pool.call", "gemini.pool.call.active", "gemini.pool.attempt", "gemini.pool.attempt.active");

    /** The meters listen to the pool, so they are created first; the registry is bound once both exist. */
    @Bean
    @ConditionalOnMissingBean
    PoolMeters geminiPoolMeters(ListableBeanFactory beans) {
        return new PoolMeters(new GeminiPools(beans));
    }

    /** Spring Boot records observations as meters unless a filter denies them; the pool times the same calls and attempts itself. */
    @Bean
    MeterFilter geminiPoolObservationMeterFilter(GeminiPoolProperties properties) {
        return properties.metrics().observations()
                ? new MeterFilter() {}
                : MeterFilter.deny(id -> TIMERS_OF_OBSERVATIONS.contains(id.getName()));
    }

    /** Adds meters for what replicas share, if they share. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(RedisSharedStore.class)
    @ConditionalOnSingleCandidate(RedisSharedStore.class)
    static class SharedConfiguration {

        @Bean
        SharedStoreMeters geminiPoolSharedStoreMeters(RedisSharedStore store) {
            return new SharedStoreMeters(store);
        }
    }
}
