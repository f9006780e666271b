package io.github.geminipool.samples.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A line of the output. Its content does not depend on when or in which run the prompt was answered.
 *
 * @param index number of the prompt
 * @param id id of the prompt, or null
 * @param hash hash of the prompt
 * @param text the answer; null if the prompt failed
 * @param finish why the answer is incomplete; null if it is complete
 * @param error why the prompt failed; null if it was answered
 * @param key name of the key that served it, with {@code --with-key}
 */
@JsonPropertyOrder({"index", "id", "hash", "text", "finish", "error", "key"})
@JsonInclude(JsonInclude.Include.NON_NULL)
record ResultLine(
        long index,
        @Nullable String id,
        @Nullable String hash,
        @Nullable String text,
        @Nullable String finish,
        @Nullable ResultError error,
        @Nullable String key) {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** Returns the start of a prompt's line; an incomplete line must match it as far as it goes. */
    static String beginning(long index) {
        return "{\"index\":" + index + ",";
    }

    /** Returns the line including its line end. */
    byte[] toBytes() {
        return (MAPPER.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Parses a line.
     *
     * @throws tools.jackson.core.JacksonException if it is not a result
     */
    static ResultLine parse(byte[] line) {
        return MAPPER.readValue(line, ResultLine.class);
    }

    boolean isOf(Prompt prompt) {
        return index == prompt.index() && prompt.hash().equals(hash);
    }

    boolean hasFailed() {
        return error != null;
    }
}
