package io.github.geminipool.internal.request;

import io.github.geminipool.internal.wire.JsonScan;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields in which requests and responses name resources: by a name such as {@code files/abc}, by a URL, or by the id
 * alone.
 */
enum ResourceField {
    /** The name of the resource itself. */
    NAME("name"),
    /** The URI of a file or of a generated video. */
    URI("uri"),
    /** The file with the responses of a batch. */
    RESPONSES_FILE("responsesfile"),
    /** The token of a list's next page. */
    NEXT_PAGE_TOKEN("nextpagetoken"),
    /** The id of the resource itself, where resources have no names. */
    ID("id"),
    /** The interaction that an event is about. */
    INTERACTION("interaction"),
    FILE_URI("fileuri"),
    FILE_NAME("filename"),
    /** A file that a batch of OpenAI-shaped requests reads or writes. */
    FILE_ID("inputfileid", "files"),
    OUTPUT_FILE_ID("outputfileid", "files"),
    ERROR_FILE_ID("errorfileid", "files"),
    CACHED_CONTENT("cachedcontent"),
    FILE_SEARCH_STORE_NAMES("filesearchstorenames"),
    PREVIOUS_INTERACTION_ID("previousinteractionid", "interactions"),
    ENVIRONMENT_ID("environmentid", "environments"),
    AGENT("agent", "agents"),
    VOICE("voice", "voices"),
    WEBHOOK("webhook", "webhooks"),
    CREDENTIAL("credential", "credentials"),
    /** A model, which is a resource only if it is tuned. */
    MODEL("model");

    /** The fields of responses in which resources have names. */
    static final Set<ResourceField> OF_RESPONSES = EnumSet.of(NAME, URI, RESPONSES_FILE, NEXT_PAGE_TOKEN);

    /** The fields of responses in which resources have ids; the other fields hold mostly model output. */
    static final Set<ResourceField> WITH_IDS = EnumSet.of(
            ID, INTERACTION, PREVIOUS_INTERACTION_ID, ENVIRONMENT_ID, OUTPUT_FILE_ID, ERROR_FILE_ID, NEXT_PAGE_TOKEN);

    private static final ResourceField[] ALL = values();

    private final String word;

    /** The collection of the resources that are named by an id alone; null if they never are. */
    private final @Nullable String collection;

    ResourceField(String word) {
        this(word, null);
    }

    ResourceField(String word, @Nullable String collection) {
        this.word = word;
        this.collection = collection;
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
        return collection == null ? ResourceNames.parse(value) : ResourceNames.ofId(collection, value);
    }

    /**
     * Returns whether a value may as well be something that every project has, such as a voice of Google's: it names a
     * resource only if the owner of that is known.
     */
    boolean isAmbiguous(String value) {
        return switch (this) {
            case AGENT, VOICE, ENVIRONMENT_ID, WEBHOOK, CREDENTIAL, FILE_ID -> value.indexOf('/') < 0;
            default -> false;
        };
    }
}
