package io.github.geminipool.simulator.internal.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.internal.json.Json;
import io.github.geminipool.simulator.internal.quota.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** The 429 error that names exceeded quotas, in the format of 2026. Thread-safe if the random generator is. */
public final class QuotaError {
    private static final String SERVICE = "generativelanguage.googleapis.com/";

    private final RandomGenerator random;

    /**
     * Creates quota errors.
     *
     * @param random for wrong retry hints
     */
    public QuotaError(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Returns the body.
     *
     * @param violations the exceeded quotas, at least one
     * @param model the requested model
     * @return JSON
     */
    public String body(List<Violation> violations, String model) {
        String delay = seconds(retryDelay(violations));
        StringBuilder message = new StringBuilder("You exceeded your current quota, please check your plan and billing"
                + " details. For more information on this error, head to:"
                + " https://ai.google.dev/gemini-api/docs/rate-limits."
                + " To monitor your current usage, head to: https://ai.dev/rate-limit. ");
        ObjectNode tree = Json.object();
        ObjectNode error = tree.putObject("error").put("code", 429);
        ArrayNode named = Json.object().arrayNode();
        for (Violation violation : violations) {
            Quota quota = violation.quota();
            String metric = SERVICE + metric(quota);
            message.append("\n* Quota exceeded for metric: ")
                    .append(metric)
                    .append(", limit: ")
                    .append(quota.limit())
                    .append(", model: ")
                    .append(model);
            ObjectNode entry = named.addObject().put("quotaMetric", metric).put("quotaId", id(quota));
            entry.putObject("quotaDimensions").put("location", "global").put("model", model);
            // Protobuf omits zero, so a limit of 0 has no quotaValue.
            if (quota.limit() > 0) {
                entry.put("quotaValue", Long.toString(quota.limit()));
            }
        }
        message.append("\nPlease retry in ").append(delay).append('.');
        error.put("message", message.toString()).put("status", "RESOURCE_EXHAUSTED");
        ArrayNode details = error.putArray("details");
        details.addObject()
                .put("@type", "type.googleapis.com/google.rpc.Help")
                .putArray("links")
                .addObject()
                .put("description", "Learn more about Gemini API quotas")
                .put("url", "https://ai.google.dev/gemini-api/docs/rate-limits");
        details.addObject()
                .put("@type", "type.googleapis.com/google.rpc.QuotaFailure")
                .set("violations", named);
        details.addObject()
                .put("@type", "type.googleapis.com/google.rpc.RetryInfo")
                .put("retryDelay", delay);
        return Json.pretty(tree);
    }

    private Duration retryDelay(List<Violation> violations) {
        // For exceeded daily quotas and limits of 0, too, Google's hint is less than a minute.
        boolean misleading = violations.stream()
                .map(Violation::quota)
                .anyMatch(quota -> quota.limit() == 0 || quota.unit() == Quota.Unit.REQUESTS_PER_DAY);
        return misleading
                ? Duration.ofSeconds(20).plusNanos((long) (random.nextDouble() * 39e9))
                : violations.stream()
                        .map(Violation::delay)
                        .reduce(Duration.ZERO, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }

    private static String seconds(Duration delay) {
        return delay.getNano() == 0
                ? delay.getSeconds() + "s"
                : String.format(Locale.ROOT, "%d.%09ds", delay.getSeconds(), delay.getNano());
    }

    private static String metric(Quota quota) {
        return switch (quota.unit()) {
            case INPUT_TOKENS_PER_MINUTE ->
                quota.paid()
                        ? "generate_content_paid_tier_input_token_count"
                        : "generate_content_free_tier_input_token_count";
            case REQUESTS_PER_MINUTE ->
                quota.paid() ? "generate_requests_per_model" : "generate_content_free_tier_requests";
            case REQUESTS_PER_DAY ->
                quota.paid() ? "generate_requests_per_model_per_day" : "generate_content_free_tier_requests";
        };
    }

    private static String id(Quota quota) {
        String tier = quota.paid() ? "" : "-FreeTier";
        return switch (quota.unit()) {
            case INPUT_TOKENS_PER_MINUTE ->
                quota.paid()
                        ? "GenerateContentPaidTierInputTokensPerModelPerMinute"
                        : "GenerateContentInputTokensPerModelPerMinute-FreeTier";
            case REQUESTS_PER_MINUTE -> "GenerateRequestsPerMinutePerProjectPerModel" + tier;
            case REQUESTS_PER_DAY -> "GenerateRequestsPerDayPerProjectPerModel" + tier;
        };
    }
}
