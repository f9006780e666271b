package io.github.geminipool.samples.gateway;

import io.github.geminipool.autoconfigure.GeminiPoolProperties;
import java.util.List;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches when {@code gemini.pool.keys} is empty. */
final class NoKeysCondition implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return Binder.get(context.getEnvironment())
                .bind("gemini.pool.keys", Bindable.listOf(GeminiPoolProperties.Key.class))
                .orElse(List.of())
                .isEmpty();
    }
}
