package io.github.geminipool.spi;

import org.jspecify.annotations.Nullable;

/**
 * Facts about a call from its request.
 *
 * @param operation the operation
 * @param model name of the model without {@code models/}; {@link #NO_MODEL} if the request names none
 * @param affinity name of the resource that ties the call to the project that owns it, such as {@code files/abc}, or the id of an
 *     upload session; null if the request names none. A resource in the URL takes precedence over one in the body, and in the body
 *     one with a known owner over others. The pool searches bodies only if it knows the owner of any resource
 */
public record CallFacts(
        Operation operation, String model, @Nullable String affinity) {

    /** The model of calls without a model, such as listing files. They share a model pool. */
    public static final String NO_MODEL = "(none)";
}
