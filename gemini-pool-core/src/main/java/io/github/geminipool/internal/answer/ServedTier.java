package io.github.geminipool.internal.answer;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The names of service tiers in responses. */
final class ServedTier {

    private static final String PREFIX = "service_tier_";
    private static final int MAX_LENGTH = 32;

    private ServedTier() {}

    /** Returns a tier's name in lower case without the prefix that some versions of the API add; null if it can't be a name. */
    static @Nullable String of(@Nullable String said) {
        if (said == null || said.equals("standard")) {
            return said;
        }
        if (said.isEmpty() || said.length() > MAX_LENGTH || !said.chars().allMatch(ServedTier::isOfName)) {
            return null;
        }
        String lower = said.toLowerCase(Locale.ROOT);
        String tier = lower.startsWith(PREFIX) ? lower.substring(PREFIX.length()) : lower;
        return tier.isEmpty() || tier.equals("unspecified") ? null : tier;
    }

    private static boolean isOfName(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
}
