package io.github.geminipool.failure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * No key could serve the call before its timeout: all keys were excluded, or all instances stayed busy.
 *
 * <p>The message says what was tried, why each key was not used, and when to try again.
 */
public final class PoolExhaustedException extends GeminiPoolException implements Failure.Carrier {

    private static final long serialVersionUID = 1L;

    private final String model;
    private final Duration retryAfter;
    private final transient List<Failure> tried;
    private final transient Map<String, String> whyNot;

    /**
     * Creates an exception.
     *
     * @param message what happened, what was tried, what to do
     * @param model the requested model
     * @param retryAfter the time from now until a key is expected to be usable again
     * @param tried the failures of this call's attempts, in order
     * @param whyNot why keys could not be used, by key name; only some keys of a large pool
     */
    public PoolExhaustedException(
            String message, String model, Duration retryAfter, List<Failure> tried, Map<String, String> whyNot) {
        super(message, null);
        this.model = model;
        this.retryAfter = retryAfter;
        this.tried = List.copyOf(tried);
        this.whyNot = Map.copyOf(whyNot);
    }

    /** Returns the requested model. */
    public String model() {
        return model;
    }

    /**
     * Returns how long to wait before trying again, at least one second: the value for the {@code Retry-After} header of an
     * HTTP response. A day if only an operator can help.
     */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** Returns the failure of this call's last own attempt; null if it never got a key. */
    @Override
    public @Nullable Failure failure() {
        return tried.isEmpty() ? null : tried.get(tried.size() - 1);
    }

    /** Returns the failures of this call's attempts, in order; empty if it never got a key. */
    public List<Failure> tried() {
        return tried == null ? List.of() : tried;
    }

    /** Returns why keys could not be used, by key name; only some keys of a large pool. */
    public Map<String, String> whyNot() {
        return whyNot == null ? Map.of() : whyNot;
    }
}
