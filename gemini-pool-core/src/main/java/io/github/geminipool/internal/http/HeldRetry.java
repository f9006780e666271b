package io.github.geminipool.internal.http;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.internal.retry.Retries;
import io.github.geminipool.spi.ServiceTier;

/** The retry that a call has taken from the budget, given back however the call ends. Belongs to the call's thread. */
final class HeldRetry {

    private final Retries retries;
    private final ServiceTier tier;
    private boolean isHeld;
    private boolean isPaid;

    HeldRetry(Retries retries, ServiceTier tier) {
        this.retries = retries;
        this.tier = tier;
    }

    boolean isHeld() {
        return isHeld;
    }

    /**
     * Takes a retry. The loss of a connection is one event, for which the first of its calls has paid.
     *
     * @return whether the call may retry
     */
    boolean take(Failure failure) {
        isPaid = failure.cause() != FailureCause.CONNECTION_LOST;
        isHeld = isPaid ? retries.tryRetry(tier) : retries.areOn();
        return isHeld;
    }

    /** Gives the retry back, if one is held. */
    void end() {
        if (isHeld) {
            isHeld = false;
            if (isPaid) {
                retries.ended(tier);
            }
        }
    }
}
