package io.github.geminipool.samples.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A line of the output. Nothing in it depends on when, or in which run, the prompt was asked.
 *
 * @param index of the prompt
 * @param id of the prompt, if it has one
 * @param hash of the prompt
 * @param text of the answer; null if it failed
 * @param finish why the answer ends where it does, unless it is complete
 * @param error why it failed; null if it did not
 * @param key that served it, where that was asked for
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

    /** How each line of a prompt begins; as much of a torn one as there is must be the same. */
    static String beginning(long index) {
        return "{\"index\":" + index + ",";
    }

    /** The line with its end. */
    byte[] toBytes() {
        return (MAPPER.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a line.
     *
     * @throws tools.jackson.core.JacksonException if it is none
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
