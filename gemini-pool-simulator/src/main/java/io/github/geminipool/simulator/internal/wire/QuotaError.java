package io.github.geminipool.simulator.internal.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.UsageTier;
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
     * @param project the tier of the project
     * @param embeds whether the request embeds, rather than generates
     * @return JSON
     */
    public String body(List<Violation> violations, String model, UsageTier project, boolean embeds) {
        String delay = seconds(retryDelay(violations, embeds));
        StringBuilder message = new StringBuilder("You exceeded your current quota, please check your plan and billing"
                + " details. For more information on this error, head to:"
                + " https://ai.google.dev/gemini-api/docs/rate-limits."
                + " To monitor your current usage, head to: https://ai.dev/rate-limit. ");
        ObjectNode tree = Json.object();
        ObjectNode error = tree.putObject("error").put("code", 429);
        ArrayNode named = Json.object().arrayNode();
        for (Violation violation : violations) {
            Quota quota = violation.quota();
            UsageTier tier = quota.tier() == null ? project : quota.tier();
            QuotaName name = QuotaName.of(quota.unit(), tier, embeds);
            String metric = SERVICE + name.metric();
            message.append("\n* Quota exceeded for metric: ")
                    .append(metric)
                    .append(", limit: ")
                    .append(quota.limit());
            ObjectNode entry = named.addObject().put("quotaMetric", metric).put("quotaId", name.id());
            // Google's errors of paid embeddings do not name the model.
            if (!embeds || tier == UsageTier.FREE) {
                message.append(", model: ").append(model);
                entry.putObject("quotaDimensions").put("location", "global").put("model", model);
            }
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

    private Duration retryDelay(List<Violation> violations, boolean embeds) {
        // For exceeded daily quotas and limits of 0, too, Google's hint is less than a minute.
        boolean daily = violations.stream().anyMatch(each -> each.quota().unit() == Quota.Unit.REQUESTS_PER_DAY);
        if (daily && embeds) {
            return Duration.ofSeconds(2);
        }
        boolean misleading = daily || violations.stream().anyMatch(Violation::hopeless);
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
}
