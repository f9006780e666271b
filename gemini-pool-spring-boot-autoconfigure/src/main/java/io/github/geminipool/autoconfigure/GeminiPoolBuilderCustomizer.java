package io.github.geminipool.autoconfigure;

import io.github.geminipool.GeminiPoolBuilder;

/**
 * Fine-tunes the auto-configured {@link io.github.geminipool.GeminiPool} beyond what {@code gemini.pool.*} can say.
 * Beans of this type are called in their order, after everything else was set and before the pool is built.
 *
 * <p>To take keys from elsewhere, define a {@link GeminiPoolConnectionDetails} instead.
 */
@FunctionalInterface
public interface GeminiPoolBuilderCustomizer {

    /** Changes the builder. */
    void customize(GeminiPoolBuilder builder);
}
