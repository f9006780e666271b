package io.github.geminipool.autoconfigure;

import io.github.geminipool.autoconfigure.GeminiPoolProperties.KeyValue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ReflectionUtils;

/** Registers the conversion of keys from text. Spring Boot registers the constructors of properties, but not these methods. */
final class GeminiPoolRuntimeHints implements RuntimeHintsRegistrar {

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        registerConversion(hints, GeminiPoolProperties.Key.class);
        registerConversion(hints, KeyValue.class);
    }

    private static void registerConversion(RuntimeHints hints, Class<?> type) {
        hints.reflection()
                .registerMethod(
                        Objects.requireNonNull(ReflectionUtils.findMethod(type, "valueOf", String.class)),
                        ExecutableMode.INVOKE);
    }
}
