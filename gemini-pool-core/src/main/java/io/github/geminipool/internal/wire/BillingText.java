package io.github.geminipool.internal.wire;

/** Reads what Google tells projects without billing, depending on the model or on this machine's location. */
final class BillingText {

    private static final String[] WORDS = {
        "without a billing account",
        "without billing",
        "billed users",
        "enable billing",
        "billing enabled",
        "billing must be enabled",
        "requires billing"
    };

    private BillingText() {}

    /** Returns whether an error says that only projects with billing are served. */
    static boolean asksForBilling(GoogleError error) {
        return error.statesOneOf(WORDS);
    }
}
