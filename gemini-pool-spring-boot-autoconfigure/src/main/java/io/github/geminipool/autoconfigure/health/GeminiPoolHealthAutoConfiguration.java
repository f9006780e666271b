package io.github.geminipool.autoconfigure.health;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration Auto-configuration} for the health component
 * {@code geminiPool}.
 */
@AutoConfiguration(after = GeminiPoolAutoConfiguration.class)
@ConditionalOnClass({GeminiPool.class, HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnSingleCandidate(GeminiPool.class)
@ConditionalOnEnabledHealthIndicator("geminipool")
public final class GeminiPoolHealthAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = "geminiPoolHealthIndicator")
    GeminiPoolHealthIndicator geminiPoolHealthIndicator(GeminiPool pool) {
        return new GeminiPoolHealthIndicator(pool);
    }
}
