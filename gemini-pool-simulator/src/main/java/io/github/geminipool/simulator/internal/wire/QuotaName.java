package io.github.geminipool.simulator.internal.wire;

import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.UsageTier;

/**
 * How Google names a quota.
 *
 * @param metric the {@code quotaMetric}, without the service
 * @param id the {@code quotaId}
 */
record QuotaName(String metric, String id) {

    static QuotaName of(Quota.Unit unit, UsageTier tier, boolean embeds) {
        return embeds ? ofEmbedding(unit, tier) : ofGeneration(unit, tier);
    }

    private static QuotaName ofGeneration(Quota.Unit unit, UsageTier tier) {
        String metric = "generate_content_" + tier.inMetric();
        return switch (unit) {
            case INPUT_TOKENS_PER_MINUTE ->
                new QuotaName(
                        metric + "_input_token_count",
                        tier == UsageTier.FREE
                                ? "GenerateContentInputTokensPerModelPerMinute-FreeTier"
                                : "GenerateContent" + tier.inId() + "InputTokensPerModelPerMinute");
            case REQUESTS_PER_MINUTE ->
                new QuotaName(metric + "_requests", "GenerateRequestsPerMinutePerProjectPerModel-" + tier.inId());
            case REQUESTS_PER_DAY ->
                new QuotaName(metric + "_requests", "GenerateRequestsPerDayPerProjectPerModel-" + tier.inId());
        };
    }

    private static QuotaName ofEmbedding(Quota.Unit unit, UsageTier tier) {
        String metric = "embed_content_" + tier.inMetric();
        return switch (unit) {
            case INPUT_TOKENS_PER_MINUTE ->
                new QuotaName(
                        metric + "_tokens", "EmbedContentTokensPerMinutePerUserPerProjectPerModel-" + tier.inId());
            case REQUESTS_PER_MINUTE ->
                new QuotaName(
                        metric + "_requests",
                        tier == UsageTier.FREE
                                ? "EmbedContentRequestsPerMinutePerUserPerProjectPerModel-FreeTier"
                                : "EmbedContentPerMinutePerProjectPerUserPerModel-" + tier.inId());
            case REQUESTS_PER_DAY ->
                new QuotaName(
                        metric + "_requests", "EmbedContentRequestsPerDayPerUserPerProjectPerModel-" + tier.inId());
        };
    }
}
