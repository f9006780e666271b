package io.github.geminipool.internal.answer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The fields in which a response says something about itself, and those with the model's output. */
enum AnswerField {
    RESPONSE_ID("responseId", Place.ANSWER),
    MODEL_VERSION("modelVersion", Place.ANSWER),
    FINISH_REASON("finishReason", Place.ANSWER),
    PROMPT("promptTokenCount", Place.ANSWER),
    THOUGHTS("thoughtsTokenCount", Place.ANSWER),
    CANDIDATES("candidatesTokenCount", Place.ANSWER),
    TOOL_USE("toolUsePromptTokenCount", Place.ANSWER),
    CACHED("cachedContentTokenCount", Place.ANSWER),
    BLOCK_REASON("blockReason", Place.ANSWER),
    SERVICE_TIER("serviceTier", Place.ANSWER),
    CONTINUATION_TOKEN("continuationToken", Place.ANSWER),

    TIER_OF_OTHERS("service_tier", Place.OTHERS),
    CONTINUATION_OF_INTERACTION("continuation_token", Place.OTHERS),
    USAGE("usage", Place.OTHERS),
    PROMPT_TOKENS("prompt_tokens", Place.USAGE),
    COMPLETION_TOKENS("completion_tokens", Place.USAGE),
    REASONING_TOKENS("reasoning_tokens", Place.USAGE),
    CACHED_TOKENS("cached_tokens", Place.USAGE),
    TOTAL_TOKENS("total_tokens", Place.USAGE),
    TOTAL_INPUT("total_input_tokens", Place.USAGE),
    TOTAL_OUTPUT("total_output_tokens", Place.USAGE),
    TOTAL_THOUGHTS("total_thought_tokens", Place.USAGE),
    TOTAL_CACHED("total_cached_tokens", Place.USAGE),
    TOTAL_TOOL_USE("total_tool_use_tokens", Place.USAGE),

    CONTENT("content", Place.OUTPUT),
    STEPS("steps", Place.OUTPUT),
    STEP("step", Place.OUTPUT),
    DELTA("delta", Place.OUTPUT),
    OUTPUTS("outputs", Place.OUTPUT);

    /** Where a field says something about the response. */
    private enum Place {
        /** In the shape of Gemini's models: anywhere but in the model's output. */
        ANSWER,
        /** In the shape of OpenAI's API or of interactions: in the response, or in the interaction of an event. */
        OTHERS,
        /** In the usage of such a response. */
        USAGE,
        /** The model's output itself, which may have fields of any name. */
        OUTPUT
    }

    /** The depth of an event's interaction. */
    private static final int OTHERS_DEPTH = 2;

    private static final @Nullable AnswerField[][] BY_LENGTH = byLength();

    @SuppressWarnings("ImmutableEnumChecker") // Never changed: compared with the bytes of each name.
    private final byte[] name;

    private final Place place;

    AnswerField(String name, Place place) {
        this.name = name.getBytes(StandardCharsets.US_ASCII);
        this.place = place;
    }

    private static @Nullable AnswerField[][] byLength() {
        int longest = Arrays.stream(values())
                .mapToInt(field -> field.name.length)
                .max()
                .orElseThrow();
        return IntStream.rangeClosed(0, longest)
                .mapToObj(length -> Arrays.stream(values())
                        .filter(field -> field.name.length == length)
                        .toArray(AnswerField[]::new))
                .toArray(AnswerField[][]::new);
    }

    /**
     * Returns the field of a name in JSON; null if it says nothing about the response.
     *
     * @param depth the number of objects and arrays around it
     * @param isInUsage whether it is in the usage of a response in another shape than Gemini's
     */
    static @Nullable AnswerField of(byte[] bytes, int from, int to, int depth, boolean isInUsage) {
        if (to - from >= BY_LENGTH.length) {
            return null;
        }
        for (AnswerField field : BY_LENGTH[to - from]) {
            if (Arrays.equals(field.name, 0, field.name.length, bytes, from, to)) {
                return field.isIn(depth, isInUsage) ? field : null;
            }
        }
        return null;
    }

    private boolean isIn(int depth, boolean isInUsage) {
        return switch (place) {
            case ANSWER, OUTPUT -> true;
            case OTHERS -> depth <= OTHERS_DEPTH;
            case USAGE -> isInUsage;
        };
    }

    /** Returns whether it is the model's output, in which no field says anything about the response. */
    boolean isOutput() {
        return place == Place.OUTPUT;
    }
}
