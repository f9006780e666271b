package io.github.geminipool.internal.request;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The resource that binds a request to a project: the first one in its body with a known owner, else the first. */
final class NamedInBody {

    /** Maximum depth of a name; no request nests deeper. */
    private static final int MAX_DEPTH = 32;

    private final Affinities affinities;
    private @Nullable String resource;
    private boolean isKnown;

    NamedInBody(Affinities affinities) {
        this.affinities = affinities;
    }

    /** Returns whether the value of a field may name the resource. */
    boolean counts(BodyField field, int depth) {
        return field.resource != null && depth <= MAX_DEPTH && !isKnown;
    }

    /** Handles the value of a field that may name it. */
    void string(ResourceField field, byte[] bytes, int from, int to, long length) {
        if (isKnown || length > ResourceNames.MAX_LENGTH) {
            return;
        }
        String value = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        String named = field.resource(value);
        if (named != null) {
            isKnown = affinities.projectOf(named) != null;
            if (isKnown || (resource == null && !field.isAmbiguous(value))) {
                resource = named;
            }
        }
    }

    /** Returns the resource; null if the body names none. */
    @Nullable
    String resource() {
        return resource;
    }
}
