package io.github.geminipool.spi;

import org.jspecify.annotations.Nullable;

/**
 * What the pool knows about a call from its request, found out once.
 *
 * @param operation what it asks for
 * @param model the model's name without {@code models/}; {@link #NO_MODEL} for calls that name none
 * @param affinity the name of the resource that binds the call to the project that owns it, such as {@code files/abc}, or
 *     what an upload session is known by; null if the call names none. One in the request's line comes first; a body is
 *     looked through as long as the pool knows the owner of anything, and what it knows comes first there
 */
public record CallFacts(
        Operation operation, String model, @Nullable String affinity) {

    /** The model of calls that concern none, such as a list of files. They have a model pool of their own. */
    public static final String NO_MODEL = "(none)";
}
