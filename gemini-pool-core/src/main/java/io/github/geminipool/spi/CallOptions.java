package io.github.geminipool.spi;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Options of one call. A value that is null comes from the pool's settings. Immutable.
 *
 * @param maxAttempts maximum number of attempts, the first one included, at least 1; failovers to another key do not count
 * @param acquireTimeout how long the call may wait for leases, over all its attempts; 0 does not wait
 * @param deadline how long the call may take in all, up to the end of its response; more than 0
 * @param keys the keys that the call may use
 * @param upgradeAfter after how long without an answer a call of the flex tier continues in the standard tier, more
 *     than 0; null for never
 * @param explained whether the result explains the choice of each key; see
 *     {@link io.github.geminipool.GenerationResult#decisions()}
 * @param caller for whom the call is made, such as a user, a tenant or a guild; callers are served in turn. Null for
 *     nobody in particular: all such calls count as those of one caller
 * @param priority how urgent the call is; null for that of the caller's limits, or of the kind of call
 */
public record CallOptions(
        @Nullable Integer maxAttempts,
        @Nullable Duration acquireTimeout,
        @Nullable Duration deadline,
        KeyChoice keys,
        boolean explained,
        @Nullable Duration upgradeAfter,
        @Nullable String caller,
        @Nullable Priority priority) {

    /** No options: everything comes from the settings, and all keys may be used. */
    public static final CallOptions NONE = new CallOptions(null, null, null, KeyChoice.ANY, false, null, null, null);

    /**
     * Validates the components.
     *
     * @throws IllegalArgumentException if a component is out of range
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
        if (upgradeAfter != null && (upgradeAfter.isNegative() || upgradeAfter.isZero())) {
            throw new IllegalArgumentException("upgradeAfter must be positive, but is " + upgradeAfter);
        }
        if (caller != null && caller.isBlank()) {
            throw new IllegalArgumentException("caller must not be blank");
        }
    }

    /** Creates options for a call of nobody in particular that does not change its service tier. */
    public CallOptions(
            @Nullable Integer maxAttempts,
            @Nullable Duration acquireTimeout,
            @Nullable Duration deadline,
            KeyChoice keys,
            boolean explained) {
        this(maxAttempts, acquireTimeout, deadline, keys, explained, null, null, null);
    }

    /** Returns a copy with another maximum number of attempts; null for that of the settings. */
    public CallOptions withMaxAttempts(@Nullable Integer newMaxAttempts) {
        return new CallOptions(
                newMaxAttempts, acquireTimeout, deadline, keys, explained, upgradeAfter, caller, priority);
    }

    /** Returns a copy with another acquire timeout; null for that of the settings. */
    public CallOptions withAcquireTimeout(@Nullable Duration newAcquireTimeout) {
        return new CallOptions(
                maxAttempts, newAcquireTimeout, deadline, keys, explained, upgradeAfter, caller, priority);
    }

    /** Returns a copy with another deadline; null for that of the settings. */
    public CallOptions withDeadline(@Nullable Duration newDeadline) {
        return new CallOptions(
                maxAttempts, acquireTimeout, newDeadline, keys, explained, upgradeAfter, caller, priority);
    }

    /** Returns a copy with another choice of keys. */
    public CallOptions withKeys(KeyChoice newKeys) {
        return new CallOptions(
                maxAttempts, acquireTimeout, deadline, newKeys, explained, upgradeAfter, caller, priority);
    }

    /** Returns a copy that asks for explanations of key choices or does not. */
    public CallOptions withExplained(boolean newExplained) {
        return new CallOptions(
                maxAttempts, acquireTimeout, deadline, keys, newExplained, upgradeAfter, caller, priority);
    }

    /** Returns a copy that continues in the standard tier after another time; null for never. */
    public CallOptions withUpgradeAfter(@Nullable Duration newUpgradeAfter) {
        return new CallOptions(
                maxAttempts, acquireTimeout, deadline, keys, explained, newUpgradeAfter, caller, priority);
    }

    /** Returns a copy for another caller; null for nobody in particular. */
    public CallOptions withCaller(@Nullable String newCaller) {
        return new CallOptions(
                maxAttempts, acquireTimeout, deadline, keys, explained, upgradeAfter, newCaller, priority);
    }

    /** Returns a copy with another priority; null for the default. */
    public CallOptions withPriority(@Nullable Priority newPriority) {
        return new CallOptions(
                maxAttempts, acquireTimeout, deadline, keys, explained, upgradeAfter, caller, newPriority);
    }
}
