package io.github.geminipool.internal.request;

import io.github.geminipool.internal.wire.JsonScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/** Finds the resources that JSON names in certain fields. */
public final class ResourceScan extends JsonScan {

    /** Receives what is found. */
    @FunctionalInterface
    interface Finder {
        /**
         * Handles the value of a field.
         *
         * @return whether to continue
         */
        boolean found(ResourceField field, String value);
    }

    private static final String OPEN_AI_LIST = "data";

    private final Set<ResourceField> fields;
    private final int maxDepth;
    private final Finder finder;

    /** The name of the list of resources with ids, in lower case; null if the resources have names. */
    private final @Nullable String list;

    private @Nullable ResourceField field;

    /** Whether the current value of depth 1 is that list. */
    private boolean isInList;

    /** Whether the current object of depth 2 is the interaction that an event is about. */
    private boolean isInInteraction;

    /**
     * Creates a scan.
     *
     * @param fields the fields to look for
     * @param maxDepth the depth up to which they matter, at most 63
     * @param list the name of a list of resources with ids, in lower case; null if the resources have names
     */
    ResourceScan(Set<ResourceField> fields, int maxDepth, @Nullable String list, Finder finder) {
        this.list = list;
        this.fields = fields;
        this.maxDepth = maxDepth;
        this.finder = finder;
    }

    /**
     * Reads bytes that have just passed to the reader of a response.
     *
     * @param sink the buffer that ends with them
     * @param count their number
     */
    public void passed(Buffer sink, long count) throws IOException {
        if (count > 0) {
            sink.copyTo(this, sink.size() - count, count);
        }
    }

    @Override
    protected boolean name(byte[] bytes, int from, int to) {
        if (depth() == 1) {
            isInInteraction = false;
            isInList = list != null && (matches(bytes, from, to, list) || matches(bytes, from, to, OPEN_AI_LIST));
        }
        ResourceField named = depth() > maxDepth ? null : ResourceField.of(bytes, from, to);
        field = named != null && fields.contains(named) && isInPlace(named) ? named : null;
        return field != null;
    }

    /** An id counts if it is that of the whole response, of an element of its list, or of an event's interaction. */
    private boolean isInPlace(ResourceField named) {
        return switch (named) {
            case ID, PREVIOUS_INTERACTION_ID, ENVIRONMENT_ID, OUTPUT_FILE_ID, ERROR_FILE_ID ->
                depth() == 1 || (depth() == 2 && isInInteraction) || (depth() == 3 && isInList);
            case INTERACTION, NEXT_PAGE_TOKEN -> depth() == 1;
            default -> true;
        };
    }

    @Override
    protected boolean begins(boolean isArray) {
        isInInteraction |= field == ResourceField.INTERACTION;
        return isArray;
    }

    @Override
    protected void string(byte[] bytes, int from, int to, long length) {
        if (field == null || field == ResourceField.INTERACTION || length > ResourceNames.MAX_LENGTH) {
            return;
        }
        if (!finder.found(field, new String(bytes, from, to - from, StandardCharsets.UTF_8))) {
            stop();
        }
    }
}
