package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.GeminiPool;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.core.Ordered;

/** Masks every value that holds a key of a pool, whatever its property is called and wherever it comes from. */
final class SecretSanitizer implements SanitizingFunction, Ordered {

    private final ConfigurableListableBeanFactory beans;

    SecretSanitizer(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public SanitizableData apply(SanitizableData data) {
        Object value = data.getValue();
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return data;
        }
        String text = value.toString();
        return holdsKey(text) ? data.withSanitizedValue() : data;
    }

    /** Asks only pools that exist: looking at properties must neither create a pool nor fail because one can't be created. */
    private boolean holdsKey(String text) {
        for (String name : beans.getBeanNamesForType(GeminiPool.class, true, false)) {
            if (beans.getSingleton(name) instanceof GeminiPool pool
                    && !pool.keys().mask(text).equals(text)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 100;
    }
}
