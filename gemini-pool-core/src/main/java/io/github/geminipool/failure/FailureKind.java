package io.github.geminipool.failure;

/**
 * What went wrong, as far as it decides what the pool does next.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/troubleshooting">Gemini's error codes</a>
 */
public enum FailureKind {
    /** A project's quota of a minute for a model is used up. */
    RATE_LIMITED,
    /** A project's quota of a day for a model is used up; it comes back at midnight Pacific time. */
    DAILY_QUOTA_EXHAUSTED,
    /** A project may not use the model at all: its plan has no quota for it, or the model is closed to it. */
    NOT_ENTITLED,
    /** The model, or Google's capacity for it, is overloaded. No other key would help. */
    OVERLOADED,
    /** Credit, spending cap or spending rate of a billing account. */
    BILLING,
    /** The key is not valid, expired, reported as leaked, or restricted. */
    KEY_REJECTED,
    /** The project is suspended, denied, or its Gemini API is switched off. */
    PROJECT_REJECTED,
    /** Google refuses this machine's address or country, whatever the key. */
    EGRESS_BLOCKED,
    /** The request names a file, cache or other resource that the key's project does not own. */
    WRONG_PROJECT,
    /** The request itself is at fault. */
    INVALID_REQUEST,
    /** The service failed while it answered. */
    SERVER_ERROR,
    /** No whole answer came: connection refused, reset, timed out, cut. */
    NETWORK,
    /** The answer says nothing; only why it is asked for again, where that is wanted, and never counted as a failure. */
    EMPTY_RESPONSE,
    /** The caller gave up before the answer was complete. */
    CANCELLED;

    /** Whether another key may succeed where this one did not, at once. */
    public boolean isCuredByAnotherKey() {
        return switch (this) {
            case RATE_LIMITED, DAILY_QUOTA_EXHAUSTED, NOT_ENTITLED, BILLING, KEY_REJECTED, PROJECT_REJECTED -> true;
            default -> false;
        };
    }

    /** Whether another model may serve the call where this one has no quota or no room for it. */
    public boolean isCuredByAnotherModel() {
        return switch (this) {
            case DAILY_QUOTA_EXHAUSTED, NOT_ENTITLED, OVERLOADED -> true;
            default -> false;
        };
    }

    /** Whether the same request may succeed a little later, on any key. */
    public boolean isTransient() {
        return switch (this) {
            case OVERLOADED, SERVER_ERROR, NETWORK, EMPTY_RESPONSE -> true;
            default -> false;
        };
    }

    /** Whether it counts against the key's error rate: quota, overload, network and requests don't. */
    public boolean isFaultOfKey() {
        return this == KEY_REJECTED || this == PROJECT_REJECTED;
    }
}
