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

    private static @Nullable EmptyResponse reasonOfOne(JsonNode response) {
        if (response.path("promptFeedback").path("blockReason").isTextual()) {
            return EmptyResponse.PROMPT_BLOCKED;
        }
        for (JsonNode candidate : response.path("candidates")) {
            JsonNode reason = candidate.path("finishReason");
            if (reason.isTextual()) {
                return ofFinishReason(reason.asText());
            }
        }
        return null;
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
                    // The request lacks it, so a retry would fail too.
                    "MISSING_THOUGHT_SIGNATURE" -> EmptyResponse.ANSWER_BLOCKED;
            default -> EmptyResponse.OTHER;
        };
    }
}
