package io.github.geminipool.internal.request;

import io.github.geminipool.internal.wire.ContinuationDigest;
import io.github.geminipool.internal.wire.JsonScan;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.ServiceTier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** Reads in one pass what the body of a request says about the call. */
final class BodyScan extends JsonScan {

    /** Where tools are: in the request, in what an OpenAI-shaped request adds, and in that as some clients flatten it. */
    private static final long TOOLS = JsonPath.of(BodyField.TOOLS, null);

    private static final long EXTRA_TOOLS = JsonPath.of(BodyField.EXTRA_BODY, BodyField.GOOGLE, BodyField.TOOLS, null);
    private static final long GOOGLE_TOOLS = JsonPath.of(BodyField.GOOGLE, BodyField.TOOLS, null);

    private static final long REQUESTS = JsonPath.of(BodyField.REQUESTS, null);
    private static final long INPUT = JsonPath.of(BodyField.INPUT, null);

    // Every call has a scan: what few bodies need is made when it is needed.
    private long path;
    private long size;
    private @Nullable PromptSize media;
    private final @Nullable NamedInBody named;
    private byte first;
    private @Nullable BodyField field;
    private boolean countsForPrompt;
    private @Nullable String model;
    private @Nullable String baseModel;
    private @Nullable ContinuationDigest continuation;
    private boolean isStream;
    private boolean isUnstored;
    private ServiceTier serviceTier = ServiceTier.STANDARD;
    private Use use = Use.PLAIN;
    private int texts;

    private BodyScan(@Nullable Affinities affinities) {
        this.named = affinities == null ? null : new NamedInBody(affinities);
    }

    /**
     * Reads the body of a request.
     *
     * @param affinities the owners of the resources to look for; null to look for none
     * @return null if there is no body, or it is not JSON, can be written only once, or can't be read
     */
    static @Nullable BodyScan of(Request request, @Nullable Affinities affinities) {
        RequestBody body = request.body();
        if (body == null || body.isOneShot() || body.isDuplex() || request.header("Content-Encoding") != null) {
            return null;
        }
        try {
            MediaType type = body.contentType();
            if (type != null && !type.subtype().equals("json")) {
                return null;
            }
            BodyScan scan = new BodyScan(affinities);
            BodySink.write(body, scan);
            return type == null && scan.first != '{' ? null : scan;
        } catch (IOException | RuntimeException e) {
            // The body is the caller's: sending it will report the error.
            return null;
        }
    }

    /** Returns the model, as the body names it; null if it names none. */
    @Nullable
    String model() {
        return model != null ? model : baseModel;
    }

    /** Returns whether it asks for a stream where the URL does not say so. */
    boolean isStream() {
        return isStream;
    }

    /** Returns whether it asks that nothing be stored. */
    boolean isUnstored() {
        return isUnstored;
    }

    ServiceTier serviceTier() {
        return serviceTier;
    }

    /** Returns the use according to its tools. */
    Use use() {
        return use;
    }

    /** Returns a digest of its continuation token; null if there is none. */
    @Nullable
    String continuation() {
        return continuation == null ? null : continuation.digest();
    }

    /** Returns the number of texts to embed, at least 1. */
    int texts() {
        return Math.max(1, texts);
    }

    long promptTokens() {
        return PromptSize.tokens(size, media);
    }

    /** Returns the resource that binds the request to a project; null if none was looked for or found. */
    @Nullable
    String resource() {
        return named == null ? null : named.resource();
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
        if (size == 0 && count > 0) {
            first = bytes[from];
        }
        size += count;
        super.write(bytes, from, count);
    }

    @Override
    protected boolean name(byte[] bytes, int from, int to) {
        int depth = depth();
        BodyField found = BodyField.of(bytes, from, to);
        field = found;
        path = JsonPath.name(path, depth, found);
        if (found == null) {
            return false;
        }
        countsForPrompt = media == null ? PromptSize.mayCount(found) : media.counts(found, depth);
        return countsForPrompt || isFact(found, depth) || (named != null && named.counts(found, depth));
    }

    private boolean isFact(BodyField found, int depth) {
        return switch (found) {
            case MODEL, BASE_MODEL, STREAM, STORE, SERVICE_TIER, CONTINUATION_TOKEN, INPUT -> depth == 1;
            case TYPE, GOOGLE_SEARCH, GOOGLE_SEARCH_RETRIEVAL, GOOGLE_MAPS, URL_CONTEXT, CODE_EXECUTION ->
                isTool(depth);
            default -> false;
        };
    }

    private boolean isTool(int depth) {
        return switch (depth) {
            case 3 -> JsonPath.startsWith(path, TOOLS, 2);
            case 4 -> JsonPath.startsWith(path, GOOGLE_TOOLS, 3);
            case 5 -> JsonPath.startsWith(path, EXTRA_TOOLS, 4);
            default -> false;
        };
    }

    @Override
    protected boolean begins(boolean isArray) {
        BodyField found = field;
        if (found == null) {
            return false;
        }
        if (!isArray) {
            if (countsForPrompt) {
                media().begins(found, depth());
            }
            if (isTool(depth() - 1)) {
                uses(useOf(found));
            }
        }
        return isArray;
    }

    private PromptSize media() {
        if (media == null) {
            media = new PromptSize();
        }
        return media;
    }

    @Override
    protected void part(byte[] bytes, int from, int to) {
        if (field == BodyField.CONTINUATION_TOKEN && depth() == 1) {
            digest().add(bytes, from, to);
        }
    }

    @Override
    protected void part(byte b) {
        if (field == BodyField.CONTINUATION_TOKEN && depth() == 1) {
            digest().add(b);
        }
    }

    private ContinuationDigest digest() {
        ContinuationDigest begun = continuation == null ? new ContinuationDigest() : continuation;
        continuation = begun;
        return begun;
    }

    @Override
    protected void string(byte[] bytes, int from, int to, long length) {
        BodyField found = field;
        if (found == null) {
            return;
        }
        if (countsForPrompt) {
            media().string(found, depth(), bytes, from, to, length);
        }
        if (named != null && found.resource != null) {
            named.string(found.resource, bytes, from, to, length);
        }
        if (depth() == 1) {
            fact(found, bytes, from, to);
        } else if (found == BodyField.INPUT) {
            texts++;
        } else if (found == BodyField.TYPE && isTool(depth())) {
            uses(useOf(BodyField.of(bytes, from, to)));
        }
    }

    private void fact(BodyField found, byte[] bytes, int from, int to) {
        switch (found) {
            case MODEL -> model = text(bytes, from, to);
            case BASE_MODEL -> baseModel = text(bytes, from, to);
            case SERVICE_TIER -> serviceTier = tierOf(bytes, from, to);
            case CONTINUATION_TOKEN -> digest().end(bytes, from, to);
            default -> {}
        }
    }

    private static @Nullable String text(byte[] bytes, int from, int to) {
        return from == to ? null : new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private static ServiceTier tierOf(byte[] bytes, int from, int to) {
        for (ServiceTier tier : List.of(ServiceTier.FLEX, ServiceTier.PRIORITY)) {
            String word = tier == ServiceTier.FLEX ? "flex" : "priority";
            if (matches(bytes, from, to, word) || matches(bytes, from, to, "servicetier" + word)) {
                return tier;
            }
        }
        return ServiceTier.STANDARD;
    }

    @Override
    protected void literal(byte[] bytes, int from, int to) {
        if (depth() != 1) {
            return;
        }
        if (field == BodyField.STREAM) {
            isStream = matches(bytes, from, to, "true");
        } else if (field == BodyField.STORE) {
            isUnstored = matches(bytes, from, to, "false");
        }
    }

    @Override
    protected void ends() {
        int depth = depth();
        if (media != null) {
            media.ends(depth);
        }
        if (depth == 3 && (JsonPath.startsWith(path, REQUESTS, 2) || JsonPath.startsWith(path, INPUT, 2))) {
            texts++;
        }
        path = JsonPath.ends(path, depth);
    }

    private void uses(@Nullable Use tool) {
        if (tool != null && (use == Use.PLAIN || tool.compareTo(use) < 0)) {
            use = tool;
        }
    }

    private static @Nullable Use useOf(@Nullable BodyField tool) {
        if (tool == null) {
            return null;
        }
        return switch (tool) {
            case GOOGLE_SEARCH, GOOGLE_SEARCH_RETRIEVAL, GOOGLE_MAPS -> Use.GROUNDED;
            case URL_CONTEXT -> Use.URL_CONTEXT;
            case CODE_EXECUTION -> Use.CODE_EXECUTION;
            default -> null;
        };
    }
}
