package io.github.geminipool.simulator;

/** What the simulator makes of a key. Anything but {@link #VALID} is answered with Google's own refusal. */
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
