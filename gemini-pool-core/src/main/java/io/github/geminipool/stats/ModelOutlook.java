package io.github.geminipool.stats;

import io.github.geminipool.failure.FailureKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the keys of a pool can do for one model now. Quotas per minute do not count: calls wait for them.
 *
 * @param model the model
 * @param inUse whether it was called in the last ten minutes
 * @param usableKeys number of keys that can serve a call to it
 * @param nextUsable when the first key can serve one; null if a key can now, or if that is unknown
 * @param kind the kind of failure because of which most keys can't; null if a key can, or if they are disabled
 * @param reason why most keys can't; null if a key can
 */
public record ModelOutlook(
        String model,
        boolean inUse,
        int usableKeys,
        @Nullable Instant nextUsable,
        @Nullable FailureKind kind,
        @Nullable String reason) {}
