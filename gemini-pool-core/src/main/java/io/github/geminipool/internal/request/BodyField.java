package io.github.geminipool.internal.request;

import io.github.geminipool.internal.wire.JsonScan;
import org.jspecify.annotations.Nullable;

/** The fields of request bodies that say something about the call. */
enum BodyField {
    MODEL("model", ResourceField.MODEL),
    /** The model to be tuned. */
    BASE_MODEL("basemodel"),
    STREAM("stream"),
    STORE("store"),
    SERVICE_TIER("servicetier"),
    CONTINUATION_TOKEN("continuationtoken"),

    /** The texts of a batch of embeddings. */
    REQUESTS("requests"),
    /** The texts of an OpenAI-shaped request for embeddings. */
    INPUT("input"),

    TOOLS("tools"),
    /** The kind of a tool in an interaction. */
    TYPE("type"),
    GOOGLE_SEARCH("googlesearch"),
    GOOGLE_SEARCH_RETRIEVAL("googlesearchretrieval"),
    GOOGLE_MAPS("googlemaps"),
    URL_CONTEXT("urlcontext"),
    CODE_EXECUTION("codeexecution"),
    /** What an OpenAI-shaped request adds in Gemini's own terms. */
    EXTRA_BODY("extrabody"),
    GOOGLE("google"),

    INLINE_DATA("inlinedata"),
    FILE_DATA("filedata"),
    MIME_TYPE("mimetype"),
    DATA("data"),
    /** An image of an OpenAI-shaped request, by its URL. */
    IMAGE_URL("imageurl"),
    URL("url"),
    /** Speech in an OpenAI-shaped request. */
    INPUT_AUDIO("inputaudio"),
    FORMAT("format"),
    FILE_URI("fileuri", ResourceField.FILE_URI),

    URI("uri", ResourceField.URI),
    FILE_NAME("filename", ResourceField.FILE_NAME),
    CACHED_CONTENT("cachedcontent", ResourceField.CACHED_CONTENT),
    FILE_SEARCH_STORE_NAMES("filesearchstorenames", ResourceField.FILE_SEARCH_STORE_NAMES),
    PREVIOUS_INTERACTION_ID("previousinteractionid", ResourceField.PREVIOUS_INTERACTION_ID),
    INPUT_FILE_ID("inputfileid", ResourceField.FILE_ID),
    AGENT("agent", ResourceField.AGENT),
    BASE_AGENT("baseagent", ResourceField.AGENT),
    ENVIRONMENT("environment", ResourceField.ENVIRONMENT_ID),
    BASE_ENVIRONMENT("baseenvironment", ResourceField.ENVIRONMENT_ID),
    ENVIRONMENT_ID("environmentid", ResourceField.ENVIRONMENT_ID),
    VOICE("voice", ResourceField.VOICE),
    VOICE_NAME("voicename", ResourceField.VOICE),
    WEBHOOK("webhook", ResourceField.WEBHOOK),
    WEBHOOK_ID("webhookid", ResourceField.WEBHOOK),
    CREDENTIAL("credential", ResourceField.CREDENTIAL),
    CREDENTIAL_ID("credentialid", ResourceField.CREDENTIAL);

    private static final int MASK = 255;
    private static final @Nullable BodyField[] BY_HASH = byHash();

    private final String word;

    /** What a value of this field may name; null if it names no resource. */
    final @Nullable ResourceField resource;

    BodyField(String word) {
        this(word, null);
    }

    BodyField(String word, @Nullable ResourceField resource) {
        this.word = word;
        this.resource = resource;
    }

    private static @Nullable BodyField[] byHash() {
        @Nullable BodyField[] table = new @Nullable BodyField[MASK + 1];
        for (BodyField field : values()) {
            int hash = 0;
            for (int i = 0; i < field.word.length(); i++) {
                hash = next(hash, field.word.charAt(i));
            }
            int slot = slot(hash);
            while (table[slot] != null) {
                slot = (slot + 1) & MASK;
            }
            table[slot] = field;
        }
        return table;
    }

    private static int next(int hash, int lower) {
        return 31 * hash + lower;
    }

    private static int slot(int hash) {
        return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & MASK;
    }

    /** Returns the field of a name in JSON; null if there is none. Every name of a body comes here. */
    static @Nullable BodyField of(byte[] bytes, int from, int to) {
        int hash = 0;
        for (int at = from; at < to; at++) {
            byte b = bytes[at];
            if (b != '_') {
                hash = next(hash, b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b);
            }
        }
        int slot = slot(hash);
        BodyField field = BY_HASH[slot];
        while (field != null && !JsonScan.matches(bytes, from, to, field.word)) {
            slot = (slot + 1) & MASK;
            field = BY_HASH[slot];
        }
        return field;
    }
}
