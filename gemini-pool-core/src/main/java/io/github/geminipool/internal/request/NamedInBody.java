package io.github.geminipool.internal.request;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** Finds the resource that binds a request to a project: the first one in its body with a known owner, else the first. */
final class NamedInBody implements ResourceScan.Finder {

    /** Maximum depth of a name; no request nests deeper. */
    private static final int MAX_DEPTH = 32;

    private final Affinities affinities;
    private @Nullable String resource;

    private NamedInBody(Affinities affinities) {
        this.affinities = affinities;
    }

    /** Returns the resource; null if the body names none, or can be written only once. */
    static @Nullable String find(@Nullable RequestBody body, Affinities affinities) throws IOException {
        if (body == null || body.isOneShot() || body.isDuplex() || !mayBeJson(body.contentType())) {
            return null;
        }
        NamedInBody named = new NamedInBody(affinities);
        BodySink.write(body, new ResourceScan(ResourceField.OF_REQUESTS, MAX_DEPTH, named));
        return named.resource;
    }

    private static boolean mayBeJson(@Nullable MediaType type) {
        return type == null || type.subtype().equals("json");
    }

    @Override
    public boolean found(ResourceField field, String value) {
        String named = field.resource(value);
        if (named == null) {
            return true;
        }
        boolean isKnown = affinities.projectOf(named) != null;
        if (isKnown || resource == null) {
            resource = named;
        }
        return !isKnown;
    }
}
