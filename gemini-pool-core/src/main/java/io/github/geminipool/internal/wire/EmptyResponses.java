package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.geminipool.event.EmptyResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads why a response has no parts. */
public final class EmptyResponses {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private EmptyResponses() {}

    /** Parses a text; returns null if it is not JSON. */
    public static @Nullable JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** Returns why a response, or an array of streamed responses, has no parts; null if it gives no reason. */
    public static @Nullable EmptyResponse reasonOf(JsonNode response) {
        for (JsonNode each : response.isArray() ? response : List.of(response)) {
            EmptyResponse reason = reasonOfOne(each);
            if (reason != null) {
                return reason;
            }
        }
        return null;
    }

    /**
     * Returns whether a response, or one of an array of streamed responses, has no parts because the model has not finished: it
     * may have thought for as long as one response lasts, and continues when asked to.
     */
    public static boolean isContinued(JsonNode response) {
        for (JsonNode each : response.isArray() ? response : List.of(response)) {
            if (!each.path("promptFeedback").path("blockReason").isTextual() && isContinuedOne(each)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isContinuedOne(JsonNode response) {
        for (JsonNode candidate : response.path("candidates")) {
            JsonNode reason = candidate.path("finishReason");
            if (reason.isTextual()
                    ? reason.asText().equals("CONTINUATION")
                    : !candidate.path("continuationToken").asText().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable EmptyResponse reasonOfOne(JsonNode response) {
        if (response.path("promptFeedback").path("blockReason").isTextual()) {
            return EmptyResponse.PROMPT_BLOCKED;
        }
        for (JsonNode candidate : response.path("candidates")) {
            JsonNode reason = candidate.path("finishReason");
            // A response that another request continues may well be empty.
            if (reason.isTextual() && !reason.asText().equals("CONTINUATION")) {
                return ofFinishReason(reason.asText());
            }
        }
        return null;
    }

    /**
     * Returns why a response without content is empty.
     *
     * @param isBlocked whether its prompt was blocked
     * @param finishReason null if it has none
     */
    public static EmptyResponse of(boolean isBlocked, @Nullable String finishReason) {
        if (isBlocked) {
            return EmptyResponse.PROMPT_BLOCKED;
        }
        return finishReason == null || finishReason.equals("CONTINUATION")
                ? EmptyResponse.NO_PARTS
                : ofFinishReason(finishReason);
    }

    private static EmptyResponse ofFinishReason(String reason) {
        return switch (reason) {
            case "STOP", "FINISH_REASON_UNSPECIFIED" -> EmptyResponse.NO_PARTS;
            case "MAX_TOKENS" -> EmptyResponse.MAX_TOKENS;
            case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS" ->
                EmptyResponse.MALFORMED_FUNCTION_CALL;
            case "SAFETY",
                    "RECITATION",
                    "LANGUAGE",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION",
                    "MODEL_ARMOR",
                    "PUP_LIMITED_DISABLED",
                    // The request lacks it, so a retry would fail too.
                    "MISSING_THOUGHT_SIGNATURE" -> EmptyResponse.ANSWER_BLOCKED;
            default -> EmptyResponse.OTHER;
        };
    }
}
