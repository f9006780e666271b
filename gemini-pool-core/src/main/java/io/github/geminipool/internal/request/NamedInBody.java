package io.github.geminipool.internal.request;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import okio.Okio;
import okio.Sink;
import org.jspecify.annotations.Nullable;

/** Looks for the resource by which a request's body is bound: the first whose owner is known, else the first. */
final class NamedInBody implements ResourceScan.Finder {

    /** Nobody nests deeper what names a resource. */
    private static final int DEEPEST = 32;

    private final Affinities affinities;
    private @Nullable String resource;

    private NamedInBody(Affinities affinities) {
        this.affinities = affinities;
    }

    /** The resource; null if the body names none, or can't be looked at without being used up. */
    static @Nullable String find(@Nullable RequestBody body, Affinities affinities) throws IOException {
        if (body == null || body.isOneShot() || body.isDuplex() || !mayBeJson(body.contentType())) {
            return null;
        }
        NamedInBody named = new NamedInBody(affinities);
        BufferedSink sink = Okio.buffer((Sink) new ResourceScan(ResourceField.OF_REQUESTS, DEEPEST, named));
        body.writeTo(sink);
        sink.emit();
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
