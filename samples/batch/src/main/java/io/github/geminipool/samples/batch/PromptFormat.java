package io.github.geminipool.samples.batch;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/** Format of the input's lines. */
enum PromptFormat {
    /** Each line is a prompt. */
    TEXT {
        @Override
        PromptLine read(String line) {
            return new PromptLine(null, line, null, null, null);
        }
    },
    /** Each line is a JSON object with the fields of {@link PromptLine}. */
    JSONL {
        @Override
        PromptLine read(String line) {
            try {
                PromptLine read = MAPPER.readValue(line, PromptLine.class);
                if (read == null || read.prompt() == null || read.prompt().isBlank()) {
                    throw new IllegalArgumentException("missing field \"prompt\"");
                }
                return read;
            } catch (UnrecognizedPropertyException e) {
                throw new IllegalArgumentException(
                        "unknown field \"" + e.getPropertyName()
                                + "\"; known fields: id, prompt, model, system, temperature",
                        e);
            } catch (JacksonException e) {
                throw new IllegalArgumentException("not a JSON object with a prompt: " + e.getOriginalMessage(), e);
            }
        }
    };

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * Parses a line.
     *
     * @throws IllegalArgumentException if the line is invalid; the message says why
     */
    abstract PromptLine read(String line);

    /** Returns the format for a file name; text if the name does not tell. */
    static PromptFormat ofFile(@Nullable String name) {
        String lower = String.valueOf(name).toLowerCase(Locale.ROOT);
        return lower.endsWith(".jsonl") || lower.endsWith(".ndjson") ? JSONL : TEXT;
    }
}
