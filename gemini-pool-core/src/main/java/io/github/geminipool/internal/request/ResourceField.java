package io.github.geminipool.internal.request;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Under which names requests and answers name resources. */
enum ResourceField {
    /** Of a resource itself. */
    NAME("name"),
    /** Of a file, or of a video that was made. */
    URI("uri"),
    /** Of the file with the answers of a batch. */
    RESPONSES_FILE("responsesfile"),
    /** Of the next page of a list. */
    NEXT_PAGE_TOKEN("nextpagetoken"),
    /** Of an interaction. */
    ID("id"),
    /** Of an interaction within an event about it. */
    INTERACTION("interaction"),
    FILE_URI("fileuri"),
    FILE_NAME("filename"),
    CACHED_CONTENT("cachedcontent"),
    FILE_SEARCH_STORE_NAMES("filesearchstorenames"),
    PREVIOUS_INTERACTION_ID("previousinteractionid"),
    /** A tuned one. */
    MODEL("model");

    /** Where requests name what they use. */
    static final Set<ResourceField> OF_REQUESTS = EnumSet.of(
            URI, FILE_URI, FILE_NAME, CACHED_CONTENT, FILE_SEARCH_STORE_NAMES, PREVIOUS_INTERACTION_ID, MODEL);

    /** Where answers name what there is. */
    static final Set<ResourceField> OF_ANSWERS = EnumSet.of(NAME, URI, RESPONSES_FILE, NEXT_PAGE_TOKEN);

    /** Where the answers of interactions, which are models' words for the most part, say which one it is. */
    static final Set<ResourceField> OF_INTERACTIONS = EnumSet.of(ID, INTERACTION);

    private static final ResourceField[] ALL = values();

    private final String word;

    ResourceField(String word) {
        this.word = word;
    }

    /** The one of a name; null if it is none. */
    static @Nullable ResourceField of(JsonWord name) {
        for (ResourceField field : ALL) {
            if (name.is(field.word)) {
                return field;
            }
        }
        return null;
    }

    /** The resource that a value names; null if it names none. */
    @Nullable
    String resource(String value) {
        return this == ID || this == PREVIOUS_INTERACTION_ID
                ? ResourceNames.interaction(value)
                : ResourceNames.of(value);
    }
}
