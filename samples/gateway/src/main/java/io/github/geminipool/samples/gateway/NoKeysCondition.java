package io.github.geminipool.samples.gateway;

import io.github.geminipool.autoconfigure.GeminiPoolProperties;
import java.util.List;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Matches if neither {@code gemini.pool.keys} nor {@code gemini.pool.keys-file} names keys. If clients are configured, whom
 * simulated answers would mislead, {@code gateway.simulator} must also be true.
 */
final class NoKeysCondition implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Environment environment = context.getEnvironment();
        Binder binder = Binder.get(environment);
        boolean hasKeys = StringUtils.hasText(environment.getProperty("gemini.pool.keys-file"))
                || !binder.bind("gemini.pool.keys", Bindable.listOf(GeminiPoolProperties.Key.class))
                        .orElse(List.of())
                        .isEmpty();
        boolean hasClients = binder.bind("gateway.clients", Bindable.listOf(GatewayProperties.Client.class))
                .isBound();
        if (!hasKeys && hasClients && !environment.getProperty("gateway.simulator", Boolean.class, false)) {
            throw new IllegalStateException("gateway.clients is set, but there are no keys: set gemini.pool.keys or"
                    + " gemini.pool.keys-file, or gateway.simulator=true for simulated answers");
        }
        return !hasKeys;
    }
}
