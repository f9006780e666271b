package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.key.Use;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A quota that an error says is exceeded.
 *
 * @param quota the names and the description of the quota, in lower case
 * @param isZero whether the limit is 0
 * @param limit the limit; 0 if it is not given
 * @param model the model the quota is for; null if it is not given
 * @param tool the use of the tool the quota is for; null if it is the model's own
 */
record QuotaViolation(
        String quota,
        boolean isZero,
        long limit,
        @Nullable String model,
        @Nullable Use tool) {

    private static final String MODELS = "models/";
    private static final int MAX_MODEL_LENGTH = 100;

    /** Maximum number of digits that fit into a long whatever they are. */
    private static final int MAX_DIGITS = 18;

    /**
     * Reads a violation of a {@code QuotaFailure}.
     *
     * @param whole whether the body was read to its end: Google omits a limit of 0, a cut omits any
     */
    static QuotaViolation of(JsonNode json, boolean whole) {
        String quota = Spelling.of(json, "quotaId").asText("") + " "
                + Spelling.of(json, "quotaMetric").asText("");
        JsonNode value = Spelling.of(json, "quotaValue");
        boolean zero = value.isMissingNode() ? whole : value.isNull() || isZero(value);
        String names = quota.toLowerCase(Locale.ROOT);
        return new QuotaViolation(
                names + " " + json.path("description").asText("").toLowerCase(Locale.ROOT),
                zero && !quota.isBlank(),
                limit(value),
                model(Spelling.of(json, "quotaDimensions").path("model")),
                QuotaText.toolIn(names));
    }

    /** Reads the {@code metadata} of an {@code ErrorInfo}, which names the quota by other fields. */
    static QuotaViolation ofMetadata(JsonNode json) {
        JsonNode value = json.path("quota_limit_value");
        String quota = json.path("quota_limit").asText("").toLowerCase(Locale.ROOT);
        return new QuotaViolation(
                quota, !value.isMissingNode() && isZero(value), limit(value), null, QuotaText.toolIn(quota));
    }

    private static @Nullable String model(JsonNode name) {
        String given = name.asText("").strip();
        String text = given.startsWith(MODELS) ? given.substring(MODELS.length()) : given;
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
        // The identifier of the paid tier's quota of embeddings does not say of what it is.
        boolean ofRequests = quota.contains("request") || quota.contains("embedcontentper");
        return ofRequests && tool == null && !quota.contains("token") && isOfModel() && (isPerDay() || isPerMinute());
    }

    /** Returns whether it counts the prompt tokens of a project's requests to one model, per minute. */
    boolean isOfTokens() {
        // Embeddings have no other tokens than those of the prompt.
        boolean ofPrompt = quota.contains("input") || quota.contains("embed");
        return quota.contains("token") && tool == null && ofPrompt && isOfModel() && isPerMinute() && !isPerDay();
    }

    private boolean isOfModel() {
        return quota.contains("permodel") || quota.contains("per_model") || quota.contains("per model");
    }

    private boolean isPerMinute() {
        return QuotaText.namesMinute(quota);
    }

    boolean isPerDay() {
        return QuotaText.namesDay(quota);
    }

    /** Returns whether it says anything of the quota. */
    boolean isNamed() {
        return !quota.isBlank();
    }
}
