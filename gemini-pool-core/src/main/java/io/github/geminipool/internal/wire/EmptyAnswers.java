package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.geminipool.event.EmptyAnswer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads from answers without parts why they have none. */
public final class EmptyAnswers {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private EmptyAnswers() {}

    /** A text as JSON; null if it is none. */
    public static @Nullable JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** Why an answer, or an array of a stream's answers, has no parts; null if it does not say. */
    public static @Nullable EmptyAnswer reasonOf(JsonNode answer) {
        for (JsonNode each : answer.isArray() ? answer : List.of(answer)) {
            EmptyAnswer reason = reasonOfOne(each);
            if (reason != null) {
                return reason;
            }
        }
        return null;
    }

    private static @Nullable EmptyAnswer reasonOfOne(JsonNode answer) {
        if (answer.path("promptFeedback").path("blockReason").isTextual()) {
            return EmptyAnswer.PROMPT_BLOCKED;
        }
        for (JsonNode candidate : answer.path("candidates")) {
            JsonNode reason = candidate.path("finishReason");
            if (reason.isTextual()) {
                return ofFinishReason(reason.asText());
            }
        }
        return null;
    }

    private static EmptyAnswer ofFinishReason(String reason) {
        return switch (reason) {
            case "STOP", "FINISH_REASON_UNSPECIFIED" -> EmptyAnswer.NO_PARTS;
            case "MAX_TOKENS" -> EmptyAnswer.MAX_TOKENS;
            case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS" ->
                EmptyAnswer.MALFORMED_FUNCTION_CALL;
            case "SAFETY",
                    "RECITATION",
                    "LANGUAGE",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION",
                    // The request lacks it, and would the next time.
                    "MISSING_THOUGHT_SIGNATURE" -> EmptyAnswer.ANSWER_BLOCKED;
            default -> EmptyAnswer.OTHER;
        };
    }
}
