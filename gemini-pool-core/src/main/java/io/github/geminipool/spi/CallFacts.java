package io.github.geminipool.spi;

import org.jspecify.annotations.Nullable;

/**
 * What the pool knows about a call from its request line, found out once.
 *
 * @param operation what it asks for
 * @param model the model's name without {@code models/}; {@link #NO_MODEL} for calls that name none
 * @param affinity the resource that binds the call to the project that made it, such as an upload session, or null
 */
public record CallFacts(
        Operation operation, String model, @Nullable String affinity) {

    /** The model of calls that concern none, such as a list of files. They have a model pool of their own. */
    public static final String NO_MODEL = "(none)";
}
