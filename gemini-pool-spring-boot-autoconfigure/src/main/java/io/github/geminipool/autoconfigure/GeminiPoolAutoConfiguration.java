package io.github.geminipool.autoconfigure;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.keys.KeysFileWatch;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallerResolver;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.retry.RetryListener;
import org.springframework.retry.RetryOperations;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration Auto-configuration} for a {@link GeminiPool} and
 * a {@link Client} backed by it.
 *
 * <p>Runs before Spring AI's, which then uses this client instead of requiring a key.
 */
@AutoConfiguration(
        beforeName = "org.springframework.ai.model.google.genai.autoconfigure.chat.GoogleGenAiChatAutoConfiguration")
@ConditionalOnClass({GeminiPool.class, Client.class})
@ConditionalOnBooleanProperty(name = "gemini.pool.enabled", matchIfMissing = true)
@EnableConfigurationProperties(GeminiPoolProperties.class)
@ImportRuntimeHints(GeminiPoolRuntimeHints.class)
public final class GeminiPoolAutoConfiguration {

    // Each method that creates a pool takes the properties as its first parameter. If a condition requests the client
    // before properties can be bound (Spring AI's CachedContentServiceCondition does), creation then fails before any
    // other
    // bean is created too early.

    @Bean
    @ConditionalOnMissingBean(GeminiPoolConnectionDetails.class)
    PropertiesGeminiPoolConnectionDetails geminiPoolConnectionDetails(GeminiPoolProperties properties) {
        return new PropertiesGeminiPoolConnectionDetails(properties);
    }

    @Bean
    @ConditionalOnMissingBean
    GeminiPool geminiPool(
            GeminiPoolProperties properties,
            GeminiPoolConnectionDetails connectionDetails,
            Environment environment,
            ConfigurableListableBeanFactory beans) {
        return new PoolFactory(beans, environment, PoolName.PRIMARY).create(properties, connectionDetails);
    }

    @Bean
    @ConditionalOnBean(name = "geminiPool")
    KeySources geminiPoolKeySources(
            GeminiPoolProperties properties, GeminiPoolConnectionDetails details, Environment environment) {
        return new KeySources(PoolName.PRIMARY, properties, details, environment);
    }

    @Bean
    @Conditional(KeysFileCondition.class)
    @ConditionalOnBean(name = "geminiPool")
    KeysFileWatch geminiPoolKeysFileWatch(
            GeminiPoolProperties properties, GeminiPoolConnectionDetails details, GeminiPool pool) {
        return PropertiesGeminiPoolConnectionDetails.watch(details, properties.keysFileInterval(), pool);
    }

    /** Has no destroy method: closing a client would shut down resources that all clients share. The pool closes them. */
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(GeminiPool.class)
    Client geminiPoolClient(GeminiPool pool) {
        return pool.client();
    }

    @Bean
    @ConditionalOnBean(GeminiPool.class)
    GeminiPoolLifecycle geminiPoolLifecycle(
            ConfigurableApplicationContext context, ObjectProvider<LifecycleProperties> lifecycle) {
        LifecycleProperties properties = lifecycle.getIfAvailable(LifecycleProperties::new);
        return new GeminiPoolLifecycle(
                new GeminiPools(context).own(), context, properties.getTimeoutPerShutdownPhase());
    }

    /** Registers the pools of {@code gemini.pools}, before the conditions of the beans above are evaluated. */
    @Configuration(proxyBeanMethods = false)
    @Import(NamedPoolsRegistrar.class)
    static class NamedPoolsConfiguration {}

    /** Reloads the keys when Spring Cloud refreshes the environment. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(EnvironmentChangeEvent.class)
    static class SpringCloudConfiguration {

        @Bean
        KeyRefresh geminiPoolKeyRefresh(ListableBeanFactory beans) {
            return new KeyRefresh(new GeminiPools(beans));
        }
    }

    /** Names callers after Spring Security's principal if the application wants it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SecurityContextHolder.class)
    @Conditional(PrincipalCondition.class)
    static class SpringSecurityConfiguration {

        @Bean(PrincipalCondition.BEAN)
        @ConditionalOnMissingBean(CallerResolver.class)
        PrincipalCallerResolver geminiPoolPrincipalCallerResolver() {
            return new PrincipalCallerResolver();
        }
    }

    /** Runs attempts on Spring Retry if it is present. Our template is not a bean, so that nothing injects it by type. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(RetryOperations.class)
    static class SpringRetryConfiguration {

        private static final String TEMPLATE = "geminiPoolRetryTemplate";

        @Bean
        @ConditionalOnMissingBean(AttemptRunner.class)
        SpringRetryAttemptRunner geminiPoolAttemptRunner(BeanFactory beans, ObjectProvider<RetryListener> listeners) {
            return beans.containsBean(TEMPLATE)
                    ? new SpringRetryAttemptRunner(beans.getBean(TEMPLATE, RetryOperations.class))
                    : new SpringRetryAttemptRunner(listeners.orderedStream().toList());
        }
    }
}
