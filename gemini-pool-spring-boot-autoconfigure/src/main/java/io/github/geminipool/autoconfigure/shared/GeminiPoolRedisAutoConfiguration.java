package io.github.geminipool.autoconfigure.shared;

import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import io.github.geminipool.autoconfigure.GeminiPoolProperties;
import io.github.geminipool.redis.RedisSharedStore;
import io.github.geminipool.settings.InvalidSettingException;
import io.github.geminipool.spi.SharedStore;
import java.time.Duration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.StringUtils;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration Auto-configuration} for a {@link RedisSharedStore} on the
 * server, the Sentinels or the cluster that Spring Boot's properties name.
 */
@AutoConfiguration(
        before = GeminiPoolAutoConfiguration.class,
        afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnClass({RedisSharedStore.class, LettuceConnectionFactory.class})
@ConditionalOnBooleanProperty(name = "gemini.pool.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty("gemini.pool.shared.enabled")
@ConditionalOnSingleCandidate(LettuceConnectionFactory.class)
@EnableConfigurationProperties(GeminiPoolProperties.class)
public final class GeminiPoolRedisAutoConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(SharedStore.class)
    RedisSharedStore geminiPoolSharedStore(GeminiPoolProperties properties, LettuceConnectionFactory connections) {
        GeminiPoolProperties.Shared shared = properties.shared();
        String namespace = shared.namespace();
        if (!StringUtils.hasText(namespace)) {
            throw new InvalidSettingException("shared.namespace", namespace, "a text");
        }
        Duration timeout = shared.timeout();
        if (timeout.isNegative() || timeout.isZero()) {
            throw new InvalidSettingException("shared.timeout", timeout.toString(), "a duration greater than 0");
        }
        // The factory creates another client when the application is stopped and started again.
        return RedisSharedStore.connect(connections::getRequiredNativeClient, namespace, timeout);
    }

    @Bean
    @ConditionalOnSingleCandidate(RedisSharedStore.class)
    SharedStoreLifecycle geminiPoolSharedStoreLifecycle(
            RedisSharedStore store, ConfigurableApplicationContext context) {
        return new SharedStoreLifecycle(store, context);
    }
}
