package io.github.geminipool.autoconfigure.metrics;

/**
 * The meters of a pool. Their tags take few values: {@code model} at most a hundred and then {@code other}, {@code key} and
 * {@code project} the names of the pool's own.
 */
public enum PoolMeter {
    /** A timer of calls, from their start to their answer or error; tags {@code model}, {@code outcome}. */
    CALLS("gemini.pool.calls", "Calls to Gemini with all their attempts and waiting"),
    /** A timer of attempts, from the lease to the end of the answer; tags {@code model}, {@code key}, {@code outcome}. */
    ATTEMPTS("gemini.pool.attempts", "Attempts, one HTTP exchange each"),
    /** A timer of the time that a call waited for instances and keys; tag {@code model}. */
    ACQUIRE("gemini.pool.acquire", "Waiting time of calls for instances and keys"),
    /** A gauge of instances; tags {@code model}, {@code state}: {@code active}, {@code idle} or {@code unusable}. */
    INSTANCES("gemini.pool.instances", "Instances of a model pool"),
    /** A gauge of calls that wait; tag {@code model}. */
    PENDING("gemini.pool.pending", "Calls that wait for an instance or a key"),
    /** A gauge of keys; tag {@code state}. */
    KEYS("gemini.pool.keys", "Keys by what they are good for"),
    /** A gauge from 0, out, to 1, without errors; tag {@code key}. */
    KEY_HEALTH("gemini.pool.key.health", "Share of a key's attempts that did not fail by its fault; 0 while it is out"),
    /** A gauge of seconds; infinite where somebody has to act; tag {@code key}. */
    KEY_COOLDOWN("gemini.pool.key.cooldown", "Time until a key may be used again"),
    /**
     * A counter of tokens; tags {@code model}, {@code key}, {@code type}: {@code input}, {@code cached} (a part of the input),
     * {@code output} or {@code thoughts}.
     */
    TOKENS("gemini.pool.tokens", "Tokens that Gemini counted"),
    /** A counter; tag {@code model}. */
    ROTATIONS("gemini.pool.rotations", "Instances that were bound to another key"),
    /** A counter; tags {@code scope}, {@code kind}. */
    EXCLUSIONS("gemini.pool.exclusions", "Times that something was taken out of use"),
    /** A gauge of requests or tokens; tags {@code model}, {@code project}, {@code type}. */
    QUOTA_LIMIT("gemini.pool.quota.limit", "What this pool may send, configured or learned"),
    /** A gauge of requests or tokens; tags {@code model}, {@code project}, {@code type}. */
    QUOTA_USED("gemini.pool.quota.used", "What this pool has sent in the minute or the day");

    private final String meterName;
    private final String description;

    PoolMeter(String meterName, String description) {
        this.meterName = meterName;
        this.description = description;
    }

    /** The name, as Micrometer has it. */
    public String meterName() {
        return meterName;
    }

    /** What it measures. */
    public String description() {
        return description;
    }
}
