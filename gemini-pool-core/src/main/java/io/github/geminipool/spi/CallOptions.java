package io.github.geminipool.spi;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one call wants otherwise than the pool's settings say; null means: as the settings say.
 *
 * @param maxAttempts the first attempt and its retries, at least 1
 * @param acquireTimeout how long the call may wait for instances, in all its attempts together
 * @param deadline how long the call may take in all, from now to the end of its answer
 * @param keys which keys it may use
 * @param explained whether it is told why it gets which key
 */
public record CallOptions(
        @Nullable Integer maxAttempts,
        @Nullable Duration acquireTimeout,
        @Nullable Duration deadline,
        KeyChoice keys,
        boolean explained) {

    /** Everything as the settings say. */
    public static final CallOptions NONE = new CallOptions(null, null, null, KeyChoice.ANY, false);

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public CallOptions {
        Objects.requireNonNull(keys, "keys");
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

    /** The same options with another number of attempts. */
    public CallOptions withMaxAttempts(@Nullable Integer newMaxAttempts) {
        return new CallOptions(newMaxAttempts, acquireTimeout, deadline, keys, explained);
    }

    /** The same options with another acquire timeout. */
    public CallOptions withAcquireTimeout(@Nullable Duration newAcquireTimeout) {
        return new CallOptions(maxAttempts, newAcquireTimeout, deadline, keys, explained);
    }

    /** The same options with another deadline. */
    public CallOptions withDeadline(@Nullable Duration newDeadline) {
        return new CallOptions(maxAttempts, acquireTimeout, newDeadline, keys, explained);
    }

    /** The same options with another choice of keys. */
    public CallOptions withKeys(KeyChoice newKeys) {
        return new CallOptions(maxAttempts, acquireTimeout, deadline, newKeys, explained);
    }

    /** The same options, and whether it is told why it gets which key. */
    public CallOptions withExplained(boolean newExplained) {
        return new CallOptions(maxAttempts, acquireTimeout, deadline, keys, newExplained);
    }
}
