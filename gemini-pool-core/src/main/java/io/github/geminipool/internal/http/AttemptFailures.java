package io.github.geminipool.internal.http;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.answer.Masking;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.wire.AttemptContext;
import io.github.geminipool.internal.wire.CleanText;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/** Makes the verdicts on attempts without a complete response, and the exceptions that their callers get. */
record AttemptFailures(Masking masking, PoolClock clock) {

    /** Returns the verdict on an attempt that ended with an exception. */
    Failure network(IOException e, CallContext context) {
        boolean cancelled = context.isCancelled();
        return of(
                cancelled ? FailureKind.CANCELLED : FailureKind.NETWORK,
                0,
                (cancelled ? "The call was cancelled: " : "No complete response arrived: ") + messageOf(e));
    }

    /** Returns the verdict on a probe that ended with an exception. */
    Failure ofProbe(IOException e) {
        return of(FailureKind.NETWORK, 0, "A probe got no response: " + messageOf(e));
    }

    /** Returns the verdict on a response that its reader did not read to its end. */
    static Failure givenUp(String how) {
        return of(FailureKind.CANCELLED, 200, "The response was " + how + " before its end");
    }

    /** Returns the verdict on an attempt that ended with anything other than an {@code IOException}. */
    static Failure unexpected() {
        return of(FailureKind.NETWORK, 0, "The attempt ended with an unexpected exception");
    }

    private String messageOf(IOException e) {
        return CleanText.of(masking.mask(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    }

    private static Failure of(FailureKind kind, int status, String reason) {
        return new Failure(kind, new Scope.None(), null, false, status, reason);
    }

    /** Returns the exception for the caller: without secrets, and a timeout if the deadline has passed. */
    IOException toldOf(IOException e, CallContext context) {
        IOException masked = masking.mask(e);
        if (!context.isTimedOut()) {
            return masked;
        }
        Duration deadline = context.poolCall().options().deadline();
        InterruptedIOException timeout = new InterruptedIOException(
                "timeout: the call's deadline" + (deadline == null ? "" : " of " + deadline) + " has passed");
        timeout.initCause(masked);
        return timeout;
    }

    /** Returns the facts, other than the response, on which the verdict on an attempt depends. */
    AttemptContext contextOf(Lease lease, boolean namesResource) {
        return new AttemptContext(
                lease.keyName(), lease.project(), lease.billingAccount(), lease.model(), clock.now(), namesResource);
    }
}
