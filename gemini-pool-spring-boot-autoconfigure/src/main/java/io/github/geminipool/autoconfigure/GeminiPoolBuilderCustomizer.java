package io.github.geminipool.autoconfigure;

import io.github.geminipool.GeminiPoolBuilder;

/**
 * Callback that fine-tunes the auto-configured {@link io.github.geminipool.GeminiPool} beyond what {@code gemini.pool.*}
 * properties offer. Beans of this type are called in their order, after everything else is set and before the pool is
 * built.
 *
 * <p>To supply keys from another source, define a {@link GeminiPoolConnectionDetails} bean instead.
 */
@FunctionalInterface
public interface GeminiPoolBuilderCustomizer {

    /**
     * Customizes the builder.
     *
     * @param builder the builder, with all properties and collaborators applied
     */
    void customize(GeminiPoolBuilder builder);
}
