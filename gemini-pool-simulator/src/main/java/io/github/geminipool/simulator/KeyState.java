package io.github.geminipool.simulator;

/** State of a key. With any state except {@link #VALID}, requests get Google's error for it. */
public enum KeyState {
    /** The key is accepted. */
    VALID,
    /** 400, reason {@code API_KEY_INVALID}, "API key not valid". */
    INVALID,
    /** 400, reason {@code API_KEY_INVALID}, "API key expired". */
    EXPIRED,
    /** 403 "Your API key was reported as leaked", without details. */
    LEAKED,
    /** 403, reason {@code CONSUMER_SUSPENDED}; as with Google, the body repeats the whole key. */
    SUSPENDED,
    /** 403, reason {@code API_KEY_SERVICE_BLOCKED}: the key may not use this method. */
    RESTRICTED
}
