package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.ConfiguredKeys;
import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import io.github.geminipool.autoconfigure.GeminiPools;
import io.github.geminipool.autoconfigure.KeySources;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration Auto-configuration} for the Actuator endpoint
 * {@code geminipool}, and for a sanitizer that keeps secrets out of Actuator's own endpoints.
 */
@AutoConfiguration(after = GeminiPoolAutoConfiguration.class)
@ConditionalOnClass({GeminiPool.class, ConditionalOnAvailableEndpoint.class, SanitizingFunction.class})
public final class GeminiPoolEndpointAutoConfiguration {

    /** Masks secrets even if {@code show-values} of the {@code env} or {@code configprops} endpoint is {@code always}. */
    @Bean
    SanitizingFunction geminiPoolSanitizingFunction() {
        return SanitizingFunction.sanitizeValue()
                .ifKeyMatches(
                        "^gemini\\.pool\\.keys(?!-?file).*",
                        "^GEMINI_POOL_KEYS(?!_?FILE).*",
                        "^keys(\\[|$).*",
                        "^gemini\\.pool\\.http\\.proxy-?password.*",
                        "^GEMINI_POOL_HTTP_PROXY_?PASSWORD.*",
                        "^gemini\\.pools[.\\[].+\\.keys(?!-?file).*",
                        "^GEMINI_POOLS_.+_KEYS(?!_?FILE).*",
                        "^gemini\\.pools[.\\[].+\\.http\\.proxy-?password.*",
                        "^GEMINI_POOLS_.+_HTTP_PROXY_?PASSWORD.*");
    }

    /** Masks the keys themselves, which other properties may hold too, such as one that {@code gemini.pool.keys} refers to. */
    @Bean
    SanitizingFunction geminiPoolSecretSanitizingFunction(
            ConfigurableListableBeanFactory beans, Environment environment) {
        return new SecretSanitizer(beans, new ConfiguredKeys(environment));
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnAvailableEndpoint(GeminiPoolEndpoint.class)
    static class EndpointConfiguration {

        @Bean
        @ConditionalOnBean(GeminiPool.class)
        @ConditionalOnMissingBean
        GeminiPoolEndpoint geminiPoolEndpoint(ListableBeanFactory beans) {
            return new GeminiPoolEndpoint(
                    new GeminiPools(beans).all(),
                    pool -> BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, KeySources.class).values().stream()
                            .filter(source -> source.pool().equals(pool))
                            .flatMap(source -> source.notes().stream())
                            .toList());
        }

        @Bean
        @ConditionalOnBean(GeminiPoolEndpoint.class)
        @ConditionalOnMissingBean
        GeminiPoolWebEndpointExtension geminiPoolWebEndpointExtension(GeminiPoolEndpoint endpoint) {
            return new GeminiPoolWebEndpointExtension(endpoint);
        }
    }
}
