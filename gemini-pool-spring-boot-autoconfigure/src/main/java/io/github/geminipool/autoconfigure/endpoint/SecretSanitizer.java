package io.github.geminipool.autoconfigure.endpoint;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.ConfiguredKeys;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

/** Masks every value that holds a key of a pool, whatever its property is called and wherever it comes from. */
final class SecretSanitizer implements SanitizingFunction, Ordered {

    private final ConfigurableListableBeanFactory beans;
    private final ConfiguredKeys configured;

    SecretSanitizer(ConfigurableListableBeanFactory beans, ConfiguredKeys configured) {
        this.beans = beans;
        this.configured = configured;
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
        @Nullable BeanFactory each = beans;
        while (each instanceof ConfigurableListableBeanFactory factory) {
            for (String name : factory.getBeanNamesForType(GeminiPool.class, true, false)) {
                if (factory.getSingleton(name) instanceof GeminiPool pool
                        && !pool.keys().mask(text).equals(text)) {
                    return true;
                }
            }
            each = parentOf(factory);
        }
        return configured.areIn(text);
    }

    private static @Nullable BeanFactory parentOf(ConfigurableListableBeanFactory factory) {
        BeanFactory parent = factory.getParentBeanFactory();
        return parent instanceof ConfigurableApplicationContext context ? context.getBeanFactory() : parent;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 100;
    }
}
