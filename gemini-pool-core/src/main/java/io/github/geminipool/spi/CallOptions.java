package io.github.geminipool.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one call wants otherwise than the pool's settings say; null means: as the settings say.
 *
 * @param maxAttempts the first attempt and its repeats, at least 1
 * @param acquireTimeout how long the call may wait for instances, in all its attempts together
 * @param deadline how long the call may take in all, from now to the end of its answer
 */
public record CallOptions(
        @Nullable Integer maxAttempts,
        @Nullable Duration acquireTimeout,
        @Nullable Duration deadline) {

    /** Everything as the settings say. */
    public static final CallOptions NONE = new CallOptions(null, null, null);

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public CallOptions {
        if (maxAttempts != null && maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts must be at least 1, but is " + maxAttempts);
        }
        if (acquireTimeout != null && acquireTimeout.isNegative()) {
            throw new IllegalArgumentException("acquireTimeout must not be negative, but is " + acquireTimeout);
        }
        if (deadline != null && (deadline.isNegative() || deadline.isZero())) {
            throw new IllegalArgumentException("deadline must be positive, but is " + deadline);
        }
    }
}
