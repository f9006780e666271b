package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.GeminiPool;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.core.Ordered;

/** Masks every value that holds a key of a pool, whatever its property is called and wherever it comes from. */
final class SecretSanitizer implements SanitizingFunction, Ordered {

    private final ObjectProvider<GeminiPool> pools;

    SecretSanitizer(ObjectProvider<GeminiPool> pools) {
        this.pools = pools;
    }

    @Override
    public SanitizableData apply(SanitizableData data) {
        Object value = data.getValue();
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return data;
        }
        String text = value.toString();
        boolean holdsKey =
                pools.stream().anyMatch(pool -> !pool.keys().mask(text).equals(text));
        return holdsKey ? data.withSanitizedValue() : data;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 100;
    }
}
