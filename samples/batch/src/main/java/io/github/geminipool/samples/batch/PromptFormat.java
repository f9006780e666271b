package io.github.geminipool.samples.batch;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/** How a line is read. */
enum PromptFormat {
    /** The line is the prompt. */
    TEXT {
        @Override
        PromptLine read(String line) {
            return new PromptLine(null, line, null, null, null);
        }
    },
    /** The line is a JSON object with the fields of {@link PromptLine}. */
    JSONL {
        @Override
        PromptLine read(String line) {
            try {
                PromptLine read = MAPPER.readValue(line, PromptLine.class);
                if (read == null || read.prompt() == null || read.prompt().isBlank()) {
                    throw new IllegalArgumentException("there is no \"prompt\" in it");
                }
                return read;
            } catch (UnrecognizedPropertyException e) {
                throw new IllegalArgumentException(
                        "it has the field \"" + e.getPropertyName()
                                + "\"; known are id, prompt, model, system and temperature",
                        e);
            } catch (JacksonException e) {
                throw new IllegalArgumentException("it is no JSON object with a prompt: " + e.getOriginalMessage(), e);
            }
        }
    };

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * Reads one line.
     *
     * @throws IllegalArgumentException with what is wrong with it
     */
    abstract PromptLine read(String line);

    /** By the name of the file; text where it says nothing. */
    static PromptFormat ofFile(@Nullable String name) {
        String lower = String.valueOf(name).toLowerCase(Locale.ROOT);
        return lower.endsWith(".jsonl") || lower.endsWith(".ndjson") ? JSONL : TEXT;
    }
}
