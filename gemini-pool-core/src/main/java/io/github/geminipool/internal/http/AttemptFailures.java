package io.github.geminipool.internal.http;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.answer.Masking;
import io.github.geminipool.internal.answer.WholeAnswer;
import io.github.geminipool.internal.call.CallContext;
import io.github.geminipool.internal.connection.ConnectionFailures;
import io.github.geminipool.internal.connection.ConnectionLostException;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.request.ApiVersion;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.wire.AttemptContext;
import io.github.geminipool.internal.wire.CleanText;
import io.github.geminipool.key.Use;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import okhttp3.HttpUrl;

/** Makes the verdicts on attempts without a complete response, and the exceptions for their callers. */
record AttemptFailures(Masking masking, PoolClock clock) {

    // Made in advance: when an attempt ends like this, there may be no memory left to make them.
    private static final Outcome UNEXPECTED = Outcome.failure(unexpected(), false);
    private static final Outcome UNEXPECTED_SENT = Outcome.failure(unexpected(), true);
    private static final Outcome ERROR = Outcome.failure(error(), false);
    private static final Outcome ERROR_SENT = Outcome.failure(error(), true);

    /** Something in this process failed, such as an application's interceptor: neither a key nor the network is at fault. */
    private static Failure unexpected() {
        return of(FailureKind.CANCELLED, 0, "The attempt ended with an unexpected exception");
    }

    /** The JVM failed: neither a key nor the network is at fault. */
    private static Failure error() {
        return of(FailureKind.CANCELLED, 0, "The JVM ended the attempt with an error, such as running out of memory");
    }

    /** Returns the verdict on an attempt that ended with an exception. */
    Failure network(IOException e, CallContext context) {
        if (context.isCancelled() && !context.isStalled()) {
            return of(FailureKind.CANCELLED, 0, "The call was cancelled: " + messageOf(e));
        }
        // Whatever an interrupted thread reads or writes fails, now and at the next attempt.
        return Thread.currentThread().isInterrupted()
                ? of(FailureKind.CANCELLED, 0, "The calling thread was interrupted: " + messageOf(e))
                : network(e, ConnectionFailures.causeOf(e, context.connection()));
    }

    private Failure network(IOException e, FailureCause cause) {
        String what = switch (cause) {
            case NAME_UNRESOLVED ->
                "The host's name can't be resolved; check gemini.pool.base-url, gemini.pool.http.proxy and the"
                        + " machine's DNS: ";
            case CERTIFICATE_UNTRUSTED ->
                "The server's certificate is not trusted; check gemini.pool.base-url, gemini.pool.http.ssl.bundle"
                        + " and whether a proxy replaces certificates: ";
            default -> "No complete response arrived: ";
        };
        boolean lasting = cause == FailureCause.NAME_UNRESOLVED || cause == FailureCause.CERTIFICATE_UNTRUSTED;
        return new Failure(FailureKind.NETWORK, cause, new Scope.None(), null, lasting, 0, what + messageOf(e));
    }

    /** Returns the verdict on a probe that ended with an exception. */
    Failure ofProbe(IOException e) {
        return of(FailureKind.NETWORK, 0, "A probe got no response: " + messageOf(e));
    }

    /** Returns the verdict on a response that was not read to its end. */
    static Failure givenUp(String how) {
        return of(FailureKind.CANCELLED, 200, "The response was " + how + " before its end");
    }

    /** Returns the outcome of an attempt that ended with anything other than an {@code IOException}. Allocates nothing. */
    static Outcome unexpected(boolean sent) {
        return sent ? UNEXPECTED_SENT : UNEXPECTED;
    }

    /** Returns the outcome of an attempt that ended with an error of the JVM, such as running out of memory. Allocates nothing. */
    static Outcome error(boolean sent) {
        return sent ? ERROR_SENT : ERROR;
    }

    /** Returns the verdict on a response that is too large to be read whole. */
    static Failure tooLarge(WholeAnswer answers) {
        return new Failure(
                FailureKind.INVALID_REQUEST,
                FailureCause.ANSWER_TOO_LARGE,
                new Scope.Request(),
                null,
                false,
                200,
                answers.refusal());
    }

    private String messageOf(IOException e) {
        return CleanText.of(masking.mask(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    }

    private static Failure of(FailureKind kind, int status, String reason) {
        return new Failure(kind, new Scope.None(), null, false, status, reason);
    }

    /** Returns the exception for the caller: without secrets, and as a timeout if the deadline has passed. */
    IOException toldOf(IOException e, CallContext context) {
        IOException masked = ConnectionLostException.told(masking.mask(e));
        if (context.isTimedOut()) {
            Duration deadline = context.poolCall().options().deadline();
            return timeout("the call's deadline" + (deadline == null ? "" : " of " + deadline) + " has passed", masked);
        }
        return context.isStalled() ? timeout("nothing arrived within gemini.pool.http.read-timeout", masked) : masked;
    }

    private static IOException timeout(String what, IOException cause) {
        InterruptedIOException timeout = new InterruptedIOException("timeout: " + what);
        timeout.initCause(cause);
        return timeout;
    }

    /** Returns the facts, other than the response, on which the verdict on an attempt depends. */
    AttemptContext contextOf(
            Lease lease, String model, HttpUrl url, boolean namesResource, boolean takesQuota, Use use) {
        return new AttemptContext(
                lease.keyName(),
                lease.project(),
                lease.billingAccount(),
                model,
                clock.now(),
                namesResource,
                ApiVersion.in(url),
                lease.secret().isStandard(),
                takesQuota,
                use);
    }
}
