package io.github.geminipool.autoconfigure.springai;

import io.github.geminipool.GeminiPool;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Flux;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration Auto-configuration} for Spring AI's chat model on Google's
 * SDK, whose streams by themselves do not end when their subscriber cancels them.
 */
@AutoConfiguration
@ConditionalOnClass(
        value = {GeminiPool.class, Flux.class},
        name = EndingStreams.MODEL)
@ConditionalOnBooleanProperty(name = "gemini.pool.enabled", matchIfMissing = true)
public final class GeminiPoolSpringAiAutoConfiguration {

    @Bean
    static EndingStreams geminiPoolEndingStreams(ObjectProvider<GeminiPool> pools) {
        return new EndingStreams(pools);
    }
}
