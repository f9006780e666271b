package io.github.geminipool.samples.quickstart;

import io.github.geminipool.autoconfigure.GeminiPoolProperties;
import java.util.List;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches when {@code gemini.pool.keys} is empty and there is no {@code gemini.pool.keys-file}. */
final class NoKeysCondition implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Binder binder = Binder.get(context.getEnvironment());
        return binder.bind("gemini.pool.keys", Bindable.listOf(GeminiPoolProperties.Key.class))
                        .orElse(List.of())
                        .isEmpty()
                && binder.bind("gemini.pool.keys-file", String.class).orElse("").isBlank();
    }
}
