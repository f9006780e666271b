package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An error body, as far as it can be understood. Bodies come damaged: wrapped in an array, nested as JSON text in the
 * message, with a blank before {@code @type}, or not as JSON at all; none of that is an error here.
 *
 * @param code the numeric code in the body, or 0
 * @param name the status in the body, or the text code of the Interactions API, or an empty text
 * @param message the message, or the whole body where it is not JSON
 * @param reasons the reasons of all {@code ErrorInfo}s
 * @param violations what quotas are exceeded
 * @param retryDelay from {@code RetryInfo}, or null
 */
record GoogleError(
        int code,
        String name,
        String message,
        Set<String> reasons,
        List<Violation> violations,
        @Nullable Duration retryDelay) {

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final int DEEPEST_NESTING = 3;

    /**
     * One exceeded quota.
     *
     * @param quotaId such as {@code GenerateRequestsPerDayPerProjectPerModel-FreeTier}
     * @param quotaValue the limit as text, or null: Google leaves it out where it is 0
     */
    record Violation(String quotaId, @Nullable String quotaValue) {

        boolean isPerDay() {
            return quotaId.contains("PerDay") || quotaId.contains("Daily");
        }

        boolean isZero() {
            return quotaValue == null || quotaValue.equals("0");
        }
    }

    static GoogleError parse(String body) {
        return parse(body, 0);
    }

    private static GoogleError parse(String body, int depth) {
        JsonNode error = errorNode(body);
        if (error.isMissingNode()) {
            return new GoogleError(0, "", body, Set.of(), List.of(), null);
        }
        String message = error.path("message").asText("");
        if (depth < DEEPEST_NESTING && message.stripLeading().startsWith("{") && message.contains("\"error\"")) {
            GoogleError nested = parse(message, depth + 1);
            if (nested.code != 0 || !nested.name.isEmpty()) {
                return nested;
            }
        }
        JsonNode code = error.path("code");
        String name = error.path("status").asText(code.isTextual() ? code.asText() : "");
        Set<String> reasons = new HashSet<>();
        List<Violation> violations = new ArrayList<>();
        Duration delay = null;
        for (JsonNode detail : error.path("details")) {
            String type = typeOf(detail);
            if (type.endsWith("ErrorInfo")) {
                reasons.add(detail.path("reason").asText(""));
            } else if (type.endsWith("QuotaFailure")) {
                for (JsonNode violation : detail.path("violations")) {
                    violations.add(new Violation(
                            violation.path("quotaId").asText(""),
                            violation.hasNonNull("quotaValue")
                                    ? violation.path("quotaValue").asText()
                                    : null));
                }
            } else if (type.endsWith("RetryInfo")) {
                delay = ProtobufDuration.parse(detail.path("retryDelay").asText(""));
            }
        }
        return new GoogleError(code.asInt(0), name, message, reasons, violations, delay);
    }

    private static JsonNode errorNode(String body) {
        String text = body.strip();
        if (!text.startsWith("{") && !text.startsWith("[")) {
            return MissingNode.getInstance();
        }
        try {
            JsonNode root = JSON.readTree(text);
            JsonNode object = root.isArray() ? root.path(0) : root;
            return object.path("error").isObject() ? object.path("error") : MissingNode.getInstance();
        } catch (JsonProcessingException | StackOverflowError e) {
            return MissingNode.getInstance();
        }
    }

    private static String typeOf(JsonNode detail) {
        for (Map.Entry<String, JsonNode> field : detail.properties()) {
            if (field.getKey().strip().equals("@type")) {
                return field.getValue().asText("");
            }
        }
        return "";
    }
}
