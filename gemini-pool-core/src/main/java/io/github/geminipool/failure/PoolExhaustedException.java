package io.github.geminipool.failure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * No key could serve the call within its time: all were excluded, or all instances stayed busy.
 *
 * <p>The message says what was tried, why each key was not used, and when to come back.
 */
public final class PoolExhaustedException extends GeminiPoolException implements Failure.Carrier {

    private static final long serialVersionUID = 1L;

    private final String model;
    private final Duration retryAfter;
    private final transient List<Failure> tried;
    private final transient Map<String, String> whyNot;

    /**
     * Makes one.
     *
     * @param message what happened, what was tried, what to do
     * @param model the model asked for
     * @param retryAfter when a key is expected to be usable again, from now on
     * @param tried the failures of this call's own attempts, in order
     * @param whyNot by key name, why it could not be used; of a large pool some keys only
     */
    public PoolExhaustedException(
            String message, String model, Duration retryAfter, List<Failure> tried, Map<String, String> whyNot) {
        super(message, null);
        this.model = model;
        this.retryAfter = retryAfter;
        this.tried = List.copyOf(tried);
        this.whyNot = Map.copyOf(whyNot);
    }

    /** The model asked for. */
    public String model() {
        return model;
    }

    /**
     * How long to wait before another try has a chance, at least one second: what an HTTP answer's
     * {@code Retry-After} should say. A day where nothing but an operator can help.
     */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** Returns the failure of this call's last own attempt; null if it never got a key. */
    @Override
    public @Nullable Failure failure() {
        return tried.isEmpty() ? null : tried.get(tried.size() - 1);
    }

    /** The failures of this call's own attempts, in order; empty if it never got a key. */
    public List<Failure> tried() {
        return tried == null ? List.of() : tried;
    }

    /** Why a key could not be used, by key name; of a large pool some keys only. */
    public Map<String, String> whyNot() {
        return whyNot == null ? Map.of() : whyNot;
    }
}
