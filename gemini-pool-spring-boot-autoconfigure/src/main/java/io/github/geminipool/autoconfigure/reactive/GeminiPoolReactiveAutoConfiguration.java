package io.github.geminipool.autoconfigure.reactive;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Flux;

/** {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration Auto-configuration} for Project Reactor. */
@AutoConfiguration(after = GeminiPoolAutoConfiguration.class)
@ConditionalOnClass({GeminiPool.class, Flux.class})
@ConditionalOnSingleCandidate(GeminiPool.class)
public final class GeminiPoolReactiveAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    ReactiveGeminiPool reactiveGeminiPool(GeminiPool pool) {
        return new ReactiveGeminiPool(pool);
    }
}
