package io.github.geminipool.spi;

import io.github.geminipool.key.Use;
import org.jspecify.annotations.Nullable;

/**
 * Facts about a call from its request. A body that can be written only once, or that is not JSON, is not read: such a call has
 * the facts of its URL.
 *
 * @param operation the operation
 * @param model name of the model without {@code models/}; {@link #NO_MODEL} if the request names none
 * @param affinity name of the resource that ties the call to the project that owns it, such as {@code files/abc}, or the id of an
 *     upload session; null if the request names none. A resource in the URL takes precedence over one in the body, and in the body
 *     one with a known owner over others. The pool searches bodies only if it knows the owner of any resource
 * @param use the use. Of several tools, the one named first in {@link Use} counts
 * @param serviceTier the tier that the request asks for
 * @param continuation a digest of the token with which the request continues an earlier response; null without such a token
 * @param texts number of texts in a request for embeddings, each of which is one request of the quota; 1 for all others
 * @param promptTokens estimated number of input tokens; 0 if unknown
 */
public record CallFacts(
        Operation operation,
        String model,
        @Nullable String affinity,
        Use use,
        ServiceTier serviceTier,
        @Nullable String continuation,
        int texts,
        long promptTokens) {

    /** The model of calls without a model, such as listing files. They share a model pool. */
    public static final String NO_MODEL = "(none)";

    /** Creates the facts of a call with the usual use of its operation, in the standard tier. */
    public CallFacts(Operation operation, String model, @Nullable String affinity) {
        this(operation, model, affinity, usualUse(operation));
    }

    /** Creates the facts of a call in the standard tier. */
    public CallFacts(Operation operation, String model, @Nullable String affinity, Use use) {
        this(operation, model, affinity, use, ServiceTier.STANDARD, null, 1, 0);
    }

    private static Use usualUse(Operation operation) {
        return switch (operation) {
            case GENERATE, STREAM -> Use.PLAIN;
            case EMBED -> Use.EMBED;
            case UPLOAD_START, UPLOAD_CHUNK -> Use.FILES;
            case LIVE -> Use.LIVE;
            case COUNT_TOKENS, READ, WRITE, DELETE -> Use.OTHER;
        };
    }

    /** Returns the same facts with another name of the model. */
    public CallFacts withModel(String newModel) {
        return new CallFacts(operation, newModel, affinity, use, serviceTier, continuation, texts, promptTokens);
    }

    /**
     * Returns whether the request continues an earlier response. Such a call stays with the project that gave that response if it
     * can, and no other project is asked just to find out whose fault a failure is.
     */
    public boolean isContinuation() {
        return continuation != null;
    }

    /** Returns whether the request names a model. */
    public boolean hasModel() {
        return !model.equals(NO_MODEL);
    }

    /** Returns whether Gemini counts the call against the request and token quotas of its model. */
    public boolean takesQuota() {
        return use.takesQuota() && operation.takesQuota();
    }
}
