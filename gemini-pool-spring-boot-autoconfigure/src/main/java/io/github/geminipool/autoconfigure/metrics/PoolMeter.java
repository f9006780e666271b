package io.github.geminipool.autoconfigure.metrics;

/**
 * The meters of a pool. Tags have low cardinality: after 100 values of {@code model} or {@code key}, further ones are
 * recorded as {@code other}.
 */
public enum PoolMeter {
    /** Timer of calls, from start to response or error. Tags: {@code model}, {@code outcome}. */
    CALLS("gemini.pool.calls", "Calls to Gemini, including all attempts and waiting"),
    /**
     * Timer of attempts, from the lease to the end of the response. Tags: {@code model}, {@code outcome}, {@code service.tier} (the
     * tier that served it: {@code standard}, {@code flex}, {@code priority} or {@code other}; {@code none} if there is no response
     * or it does not say).
     */
    ATTEMPTS("gemini.pool.attempts", "Attempts of calls, one HTTP exchange each"),
    /** Counter of attempts. Tags: {@code key}, {@code model}, {@code outcome}. */
    KEY_ATTEMPTS("gemini.pool.key.attempts", "Attempts by key"),
    /** Timer of the waiting time of calls. Tag: {@code model}. */
    ACQUIRE("gemini.pool.acquire", "Time that calls waited for instances and keys"),
    /** Gauge of instances. Tags: {@code model}, {@code state} ({@code active}, {@code idle} or {@code unusable}). */
    INSTANCES("gemini.pool.instances", "Instances of a model pool by state"),
    /** Gauge of waiting calls. Tag: {@code model}. */
    PENDING("gemini.pool.pending", "Calls waiting for an instance or a key"),
    /** Gauge of keys. Tag: {@code state}. */
    KEYS("gemini.pool.keys", "Keys by state"),
    /** Gauge of keys that can serve a call to a model in use or, while none is in use, to any model. */
    KEYS_USABLE("gemini.pool.keys.usable", "Keys that can serve a call now"),
    /** Gauge of keys that can serve a call to a model. Tag: {@code model}. */
    MODEL_KEYS_USABLE("gemini.pool.model.keys.usable", "Keys that can serve a call to a model now"),
    /** Gauge of keys that can't be used, by reason. Tag: {@code kind}, that of the failure; {@code disabled} if there was none. */
    KEYS_OUT("gemini.pool.keys.out", "Keys that cannot be used, by kind of failure"),
    /** Gauge: 1 while Gemini rejects a key or its project, else 0. Tag: {@code key}. */
    KEY_REJECTED("gemini.pool.key.rejected", "1 while a key or its project is rejected"),
    /** Gauge from 0 (unusable) to 1 (no errors). Tag: {@code key}. */
    KEY_HEALTH("gemini.pool.key.health", "1 minus the error rate of a key; 0 while it cannot be used"),
    /** Gauge in seconds; infinite if an operator has to act. Tag: {@code key}. */
    KEY_COOLDOWN("gemini.pool.key.cooldown", "Time until a key can be used again"),
    /**
     * Counter of tokens. Tags: {@code model}, {@code type} ({@code input}, {@code cached} (part of the input),
     * {@code output} or {@code thoughts}).
     */
    TOKENS("gemini.pool.tokens", "Tokens reported by Gemini"),
    /** Counter of tokens. Tags: {@code key}, {@code type}, as for {@link #TOKENS}. */
    KEY_TOKENS("gemini.pool.key.tokens", "Tokens reported by Gemini, by key"),
    /** Counter of rotations. Tag: {@code model}. */
    ROTATIONS("gemini.pool.rotations", "Instances rebound to another key"),
    /** Counter of exclusions. Tags: {@code scope}, {@code kind}. */
    EXCLUSIONS("gemini.pool.exclusions", "Exclusions by scope and kind of failure"),
    /** Gauge of requests or tokens. Tags: {@code model}, {@code project}, {@code type}. */
    QUOTA_LIMIT("gemini.pool.quota.limit", "Maximum that this pool may use, configured or learned"),
    /** Gauge of requests or tokens. Tags: {@code model}, {@code project}, {@code type}. */
    QUOTA_USED("gemini.pool.quota.used", "Amount that this pool has used in the current minute or day"),
    /** Gauge of requests or tokens. Tags: {@code model}, {@code project}, {@code type}. */
    QUOTA_FOREIGN("gemini.pool.quota.foreign", "Estimate of what others have used, as refusals of the last hour show"),
    /**
     * Counter of calls of callers. Tags: {@code caller} (a name in {@code gemini.pool.callers}, or {@code (other)} for all others),
     * {@code outcome} ({@code granted}, or {@code refused} because of the caller's limits).
     */
    CALLER_CALLS("gemini.pool.caller.calls", "Calls that name a caller");

    private final String meterName;
    private final String description;

    PoolMeter(String meterName, String description) {
        this.meterName = meterName;
        this.description = description;
    }

    /** Returns the name in Micrometer's notation. */
    public String meterName() {
        return meterName;
    }

    /** Returns the description. */
    public String description() {
        return description;
    }
}
