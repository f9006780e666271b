package io.github.geminipool.failure;

/**
 * What went wrong, as far as it determines what the pool does next.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/troubleshooting">Gemini's error codes</a>
 */
public enum FailureKind {
    /** A project's quota per minute for a model is used up. */
    RATE_LIMITED,
    /** A project's quota per day for a model is used up; it is reset at midnight Pacific time. */
    DAILY_QUOTA_EXHAUSTED,
    /** A project may not use the model: its plan has no quota for it, or the model is closed to the project. */
    NOT_ENTITLED,
    /** The model, or Google's capacity for it, is overloaded. Another key does not help. */
    OVERLOADED,
    /** A billing account has no credit, or has reached a spending cap or its spending rate. */
    BILLING,
    /** The key is invalid, expired, reported as leaked, or restricted. */
    KEY_REJECTED,
    /** The project is suspended or denied, or the Gemini API is not enabled for it. */
    PROJECT_REJECTED,
    /** Google refuses this machine's address or country for every key. */
    EGRESS_BLOCKED,
    /** The request names a file, cache or other resource that the key's project does not own. */
    WRONG_PROJECT,
    /** The request itself is invalid. */
    INVALID_REQUEST,
    /** Gemini failed while handling the request. */
    SERVER_ERROR,
    /** No complete response arrived: the connection was refused, reset, timed out or broke. */
    NETWORK,
    /** The response is empty. Used only for a retry, if those are enabled, and never counted as a failure. */
    EMPTY_RESPONSE,
    /** The caller gave up before the response was complete, or something in this process ended the attempt. */
    CANCELLED;

    /** Returns whether another key may succeed immediately. */
    public boolean isCuredByAnotherKey() {
        return switch (this) {
            case RATE_LIMITED, DAILY_QUOTA_EXHAUSTED, NOT_ENTITLED, BILLING, KEY_REJECTED, PROJECT_REJECTED -> true;
            default -> false;
        };
    }

    /** Returns whether another model may serve the call, since this one has no quota or capacity. */
    public boolean isCuredByAnotherModel() {
        return switch (this) {
            case DAILY_QUOTA_EXHAUSTED, NOT_ENTITLED, OVERLOADED -> true;
            default -> false;
        };
    }

    /** Returns whether the same request may succeed a little later with any key. */
    public boolean isTransient() {
        return switch (this) {
            case OVERLOADED, SERVER_ERROR, NETWORK, EMPTY_RESPONSE -> true;
            default -> false;
        };
    }

    /** Returns whether it counts toward the key's error rate; quota, overload, network and invalid requests do not. */
    public boolean isFaultOfKey() {
        return this == KEY_REJECTED || this == PROJECT_REJECTED;
    }
}
