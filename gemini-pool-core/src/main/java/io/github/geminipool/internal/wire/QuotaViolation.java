package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A quota that an error says is exceeded.
 *
 * @param quota the names and the description of the quota, in lower case
 * @param isZero whether the limit is 0
 * @param limit the limit; 0 if it is not given
 * @param model the model the quota is for; null if it is not given
 */
record QuotaViolation(
        String quota, boolean isZero, long limit, @Nullable String model) {

    private static final int MAX_MODEL_LENGTH = 100;

    /** Maximum number of digits that fit into a long whatever they are. */
    private static final int MAX_DIGITS = 18;

    /**
     * Reads a violation of a {@code QuotaFailure}.
     *
     * @param whole whether the body was read to its end: Google omits a limit of 0, a cut omits any
     */
    static QuotaViolation of(JsonNode json, boolean whole) {
        String quota =
                json.path("quotaId").asText("") + " " + json.path("quotaMetric").asText("");
        JsonNode value = json.path("quotaValue");
        boolean zero = value.isMissingNode() ? whole : value.isNull() || isZero(value);
        return new QuotaViolation(
                (quota + " " + json.path("description").asText("")).toLowerCase(Locale.ROOT),
                zero && !quota.isBlank(),
                limit(value),
                model(json.path("quotaDimensions").path("model")));
    }

    /** Reads the {@code metadata} of an {@code ErrorInfo}, which names the quota by other fields. */
    static QuotaViolation ofMetadata(JsonNode json) {
        JsonNode value = json.path("quota_limit_value");
        return new QuotaViolation(
                json.path("quota_limit").asText("").toLowerCase(Locale.ROOT),
                !value.isMissingNode() && isZero(value),
                limit(value),
                null);
    }

    private static @Nullable String model(JsonNode name) {
        String text = name.asText("").strip();
        return text.isEmpty() || text.length() > MAX_MODEL_LENGTH ? null : text;
    }

    private static boolean isZero(JsonNode value) {
        return value.isNumber()
                ? value.asDouble() == 0
                : value.asText("").strip().equals("0");
    }

    private static long limit(JsonNode value) {
        return value.isNumber() ? value.asLong() : wholeNumber(value.asText("").strip());
    }

    private static long wholeNumber(String text) {
        return text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9') && !text.isEmpty()
                ? Long.parseLong(text)
                : 0;
    }

    /** Returns whether it counts a project's requests to one model, per minute or per day. */
    boolean isOfRequests() {
        return quota.contains("request") && !quota.contains("token") && isOfModel() && (isPerDay() || isPerMinute());
    }

    /** Returns whether it counts the prompt tokens of a project's requests to one model, per minute. */
    boolean isOfTokens() {
        return quota.contains("token") && quota.contains("input") && isOfModel() && isPerMinute() && !isPerDay();
    }

    private boolean isOfModel() {
        return quota.contains("permodel") || quota.contains("per_model") || quota.contains("per model");
    }

    private boolean isPerMinute() {
        return quota.contains("perminute") || quota.contains("per_minute") || quota.contains("per minute");
    }

    boolean isPerDay() {
        return namesDay(quota);
    }

    /** Returns whether a text in lower case mentions a daily quota. */
    static boolean namesDay(String text) {
        return text.contains("perday")
                || text.contains("per_day")
                || text.contains("per day")
                || text.contains("daily");
    }
}
