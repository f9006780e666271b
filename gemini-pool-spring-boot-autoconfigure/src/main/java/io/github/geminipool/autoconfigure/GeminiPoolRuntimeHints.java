package io.github.geminipool.autoconfigure;

import io.github.geminipool.autoconfigure.GeminiPoolProperties.KeyValue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ReflectionUtils;

/**
 * Registers the methods that convert keys from text, because Spring Boot registers only the constructors of properties; and the
 * scripts of gemini-pool-redis, if it is present.
 */
final class GeminiPoolRuntimeHints implements RuntimeHintsRegistrar {

    private static final String SCRIPTS = "io/github/geminipool/redis";

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        registerConversion(hints, GeminiPoolProperties.Key.class);
        registerConversion(hints, KeyValue.class);
        hints.resources()
                .registerPatternIfPresent(classLoader, SCRIPTS, pattern -> pattern.includes(SCRIPTS + "/*.lua"));
    }

    private static void registerConversion(RuntimeHints hints, Class<?> type) {
        hints.reflection()
                .registerMethod(
                        Objects.requireNonNull(ReflectionUtils.findMethod(type, "valueOf", String.class)),
                        ExecutableMode.INVOKE);
    }
}
