package io.github.geminipool.simulator;

/** The tier that a project pays for. It decides how errors name the project's quotas. */
public enum UsageTier {
    /** Without billing. */
    FREE("FreeTier", "free_tier"),
    /** Tier 1. */
    PAID("PaidTier", "paid_tier"),
    /** Tier 2. */
    PAID_2("PaidTier2", "paid_tier_2"),
    /** Tier 3. */
    PAID_3("PaidTier3", "paid_tier_3");

    private final String inId;
    private final String inMetric;

    UsageTier(String inId, String inMetric) {
        this.inId = inId;
        this.inMetric = inMetric;
    }

    /**
     * Returns the tier's name in a {@code quotaId}.
     *
     * @return for example {@code PaidTier2}
     */
    public String inId() {
        return inId;
    }

    /**
     * Returns the tier's name in a {@code quotaMetric}.
     *
     * @return for example {@code paid_tier_2}
     */
    public String inMetric() {
        return inMetric;
    }
}
