package io.github.geminipool.internal.request;

import io.github.geminipool.internal.wire.JsonScan;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields in which requests and responses name resources. */
enum ResourceField {
    /** The name of the resource itself. */
    NAME("name"),
    /** The URI of a file or of a generated video. */
    URI("uri"),
    /** The file with the responses of a batch. */
    RESPONSES_FILE("responsesfile"),
    /** The token of a list's next page. */
    NEXT_PAGE_TOKEN("nextpagetoken"),
    /** The id of an interaction. */
    ID("id"),
    /** The interaction that an event is about. */
    INTERACTION("interaction"),
    FILE_URI("fileuri"),
    FILE_NAME("filename"),
    CACHED_CONTENT("cachedcontent"),
    FILE_SEARCH_STORE_NAMES("filesearchstorenames"),
    PREVIOUS_INTERACTION_ID("previousinteractionid"),
    /** A model, which is a resource if it is tuned. */
    MODEL("model");

    /** The fields of requests. */
    static final Set<ResourceField> OF_REQUESTS = EnumSet.of(
            URI, FILE_URI, FILE_NAME, CACHED_CONTENT, FILE_SEARCH_STORE_NAMES, PREVIOUS_INTERACTION_ID, MODEL);

    /** The fields of responses, except those about interactions. */
    static final Set<ResourceField> OF_RESPONSES = EnumSet.of(NAME, URI, RESPONSES_FILE, NEXT_PAGE_TOKEN);

    /** The fields of responses about interactions; the other fields hold mostly model output. */
    static final Set<ResourceField> OF_INTERACTIONS = EnumSet.of(ID, INTERACTION);

    private static final ResourceField[] ALL = values();

    private final String word;

    ResourceField(String word) {
        this.word = word;
    }

    /** Returns the field of a name in JSON; null if there is none. */
    static @Nullable ResourceField of(byte[] bytes, int from, int to) {
        for (ResourceField field : ALL) {
            if (JsonScan.matches(bytes, from, to, field.word)) {
                return field;
            }
        }
        return null;
    }

    /** Returns the resource that a value of this field names; null if it names none. */
    @Nullable
    String resource(String value) {
        return this == ID || this == PREVIOUS_INTERACTION_ID
                ? ResourceNames.interaction(value)
                : ResourceNames.parse(value);
    }
}
