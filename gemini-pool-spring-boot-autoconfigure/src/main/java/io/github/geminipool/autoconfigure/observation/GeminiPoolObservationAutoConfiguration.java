package io.github.geminipool.autoconfigure.observation;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import io.github.geminipool.spi.CallTracer;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration Auto-configuration} for observations of calls. */
@AutoConfiguration(
        after = GeminiPoolAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass({GeminiPool.class, ObservationRegistry.class})
@ConditionalOnBean({GeminiPool.class, ObservationRegistry.class})
public final class GeminiPoolObservationAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(CallTracer.class)
    ObservedCalls geminiPoolObservedCalls(
            ObservationRegistry registry,
            ObjectProvider<GeminiCallConvention> callConvention,
            ObjectProvider<GeminiAttemptConvention> attemptConvention) {
        return new ObservedCalls(
                registry,
                callConvention.getIfAvailable(DefaultGeminiCallConvention::new),
                attemptConvention.getIfAvailable(DefaultGeminiAttemptConvention::new));
    }
}
