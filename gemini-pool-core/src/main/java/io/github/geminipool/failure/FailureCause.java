package io.github.geminipool.failure;

/**
 * The specific cause of a failure, as far as Gemini's response shows it; the {@linkplain FailureKind kind} decides what the
 * pool does about it. Further causes may be added.
 */
public enum FailureCause {
    /** Gemini does not accept the key: it is not valid, expired or deleted. */
    KEY_INVALID,
    /** The key was reported as leaked, and Google has disabled it for good. */
    KEY_LEAKED,
    /** The key's restrictions forbid this API, address or application. */
    KEY_RESTRICTED,
    /** The Gemini API is not enabled for the project. */
    API_DISABLED,
    /** Google has suspended the project or denies it access. */
    PROJECT_SUSPENDED,
    /** Gemini denies permission without saying why. */
    PERMISSION_DENIED,
    /** The billing account has no credit left. */
    CREDIT_DEPLETED,
    /** The billing account spends faster than its tier allows. */
    SPENDING_RATE,
    /** The billing account has reached its tier's monthly cap. */
    ACCOUNT_SPENDING_CAP,
    /** The project has reached its monthly spending cap. */
    PROJECT_SPENDING_CAP,
    /** The project has no billing. */
    BILLING_DISABLED,
    /** The project's plan has no quota for the model. */
    NO_QUOTA,
    /** The model is closed to the project, usually because it is open to older projects only. */
    MODEL_CLOSED,
    /** The project's quota per minute for the model is used up. */
    MINUTE_QUOTA,
    /** The project's quota per day for the model is used up. */
    DAILY_QUOTA,
    /** The model, or Google's capacity for it, is overloaded. */
    MODEL_OVERLOADED,
    /** Google takes this machine's requests for automated traffic. */
    AUTOMATED_TRAFFIC,
    /** Gemini is not available from this machine's location. */
    LOCATION_UNSUPPORTED,
    /** The resource that the request names does not exist, or belongs to another project. */
    RESOURCE_NOT_FOUND,
    /** The model or path that the request names does not exist. */
    NOT_FOUND,
    /** The request is not valid. */
    REQUEST_INVALID,
    /** Gemini refuses the request with a status that has no cause of its own. */
    REQUEST_REFUSED,
    /** The server redirects to another address, which the pool does not follow. */
    REDIRECTED,
    /** Gemini gave up on the request. */
    REQUEST_ABORTED,
    /** Gemini failed while handling the request. */
    SERVER_ERROR,
    /** The kind says everything that is known, as for failures of the network and of the caller. */
    UNSPECIFIED
}
