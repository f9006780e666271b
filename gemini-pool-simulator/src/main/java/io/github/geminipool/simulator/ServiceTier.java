package io.github.geminipool.simulator;

import java.util.Locale;

/** An inference tier: what a request asks for with {@code serviceTier}, and what it is served as. */
public enum ServiceTier {
    /** Half the price, served when there is room. */
    FLEX,
    /** The default. */
    STANDARD,
    /** Preferred, up to 0.3 of each limit; beyond that, requests are served as {@link #STANDARD}. */
    PRIORITY;

    /**
     * Reads the field of a request.
     *
     * @param text for example {@code flex} or {@code SERVICE_TIER_FLEX}
     * @return the tier; {@link #STANDARD} for any other text
     */
    public static ServiceTier of(String text) {
        String name = text.toUpperCase(Locale.ROOT).replaceFirst("^SERVICE_TIER_", "");
        for (ServiceTier tier : values()) {
            if (tier.name().equals(name)) {
                return tier;
            }
        }
        return STANDARD;
    }

    /**
     * Returns the tier's name in requests, responses and the header {@code x-gemini-service-tier}.
     *
     * @return for example {@code flex}
     */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
