package io.github.geminipool.failure;

/**
 * The specific cause of a failure, as far as Gemini's response shows it; the {@linkplain FailureKind kind} decides what the
 * pool does about it. Further causes may be added.
 */
public enum FailureCause {
    /** Gemini does not accept the key: it is not valid, expired or deleted. */
    KEY_INVALID,
    /** Gemini does not accept the key, which is a standard key ({@code AIza…}): Google requires auth keys instead. */
    KEY_OUTDATED,
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
    /** Gemini serves the request only to projects with billing, perhaps because of this machine's location. */
    BILLING_REQUIRED,
    /** The project's plan has no quota for the model. */
    NO_QUOTA,
    /** The model is closed to the project, usually because it is open to older projects only. */
    MODEL_CLOSED,
    /** The project's quota per minute for the model is used up. */
    MINUTE_QUOTA,
    /** The project's quota per day for the model is used up. */
    DAILY_QUOTA,
    /** A quota is used up that Gemini does not name or that is not the model's, for instance that of a tool, of batches or of caches. */
    QUOTA_UNNAMED,
    /** The model, or Google's capacity for it, is overloaded. */
    MODEL_OVERLOADED,
    /** Gemini has no spare capacity for a request of the flex tier, which says nothing about other requests. */
    FLEX_CAPACITY,
    /** Google takes this machine's requests for automated traffic. */
    AUTOMATED_TRAFFIC,
    /** Gemini is not available from this machine's location. */
    LOCATION_UNSUPPORTED,
    /** The resource that the request names does not exist, or belongs to another project. */
    RESOURCE_NOT_FOUND,
    /** There is no such model, at least for the project or at this version of the API. */
    MODEL_NOT_FOUND,
    /** The path that the request names does not exist. */
    NOT_FOUND,
    /** Gemini found more than one credential, although the pool sends one: not the key's fault. */
    MULTIPLE_CREDENTIALS,
    /** The key that the pool sent was lost on the way, or is of a kind that the path does not take. */
    CREDENTIAL_MISSING,
    /** The request has a field that does not exist, at least at this version of the API. */
    FIELD_UNKNOWN,
    /** The request is not valid. */
    REQUEST_INVALID,
    /** Gemini refuses the request with a status that has no cause of its own. */
    REQUEST_REFUSED,
    /** The server redirects to another address, which the pool does not follow. */
    REDIRECTED,
    /** The response is larger than the pool may read whole. */
    ANSWER_TOO_LARGE,
    /** Gemini gave up on the request. */
    REQUEST_ABORTED,
    /** Gemini failed while handling the request. */
    SERVER_ERROR,
    /** The name of Gemini's host, or of the proxy, can't be resolved. */
    NAME_UNRESOLVED,
    /** The server's certificate is not trusted, or is not one for its name. */
    CERTIFICATE_UNTRUSTED,
    /**
     * The connection was lost while it was idle, or another call has reported the loss already: each loss counts once.
     */
    CONNECTION_LOST,
    /** The kind says everything that is known, as for failures of the network and of the caller. */
    UNSPECIFIED
}
