package io.github.geminipool.internal.http;

import io.github.geminipool.event.CallEnded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.internal.call.RunningCall;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.spi.CallTrace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * How a call ends: what its caller gets if no further attempt is made, and what listeners get to know. Belongs to the call's
 * thread.
 */
final class CallOutcome {

    private final RunningCall call;
    private final CallServices services;
    private CallEnded.Outcome outcome = CallEnded.Outcome.FAILURE;
    private ExchangeResult.@Nullable Failed last;

    /** The failure for which another key is being asked. */
    private ExchangeResult.@Nullable Failed questioned;

    /** The open response of the last attempt, which is empty and will be retried. */
    private @Nullable Response emptyResponse;

    private @Nullable Refusal refusal;

    CallOutcome(RunningCall call, CallServices services) {
        this.call = call;
        this.services = services;
    }

    /** Records that attempts begin: the call is no success until one of them is answered. */
    void attemptsBegin() {
        outcome = CallEnded.Outcome.FAILURE;
        dropEmptyResponse();
    }

    /** Records that an attempt was answered. */
    void answered() {
        outcome = CallEnded.Outcome.SUCCESS;
    }

    /** Keeps an empty response, which the caller gets if the retry is given up. */
    void retries(Response empty) {
        outcome = CallEnded.Outcome.FAILURE;
        emptyResponse = empty;
    }

    void failed(ExchangeResult.Failed failed) {
        last = failed;
    }

    /** Records that another key is asked because of a failure. */
    void questions(ExchangeResult.Failed failed) {
        questioned = failed;
    }

    /** Records that the pool refused a lease; null if the lease request was cancelled. */
    void refused(@Nullable Refusal why) {
        refusal = why;
    }

    /** Returns why the pool last refused a lease; null if it has not. */
    @Nullable
    Refusal refusal() {
        return refusal;
    }

    /** Returns the failure of the last attempt; null if there was none. */
    ExchangeResult.@Nullable Failed last() {
        return last;
    }

    /**
     * Returns the failure to report for a retry that gets no key; null if the pool refuses the call itself.
     *
     * @param reportsLast whether the failure of the last attempt tells more than the refusal of the pool
     * @param asksOthers whether the retry was meant to find out who is at fault
     */
    ExchangeResult.@Nullable Failed notRetried(boolean reportsLast, boolean asksOthers) {
        if (refusal == null || refusal.cause() == Refusal.Cause.CLOSED) {
            return null;
        }
        if (last != null && (last.failure().kind().isTransient() || isOfDescription(last.failure()))) {
            return reportsLast ? last : null;
        }
        // A key that was asked may have failed for a fault of its own, which does not concern the caller.
        return asksOthers ? questioned : null;
    }

    /** Returns whether no project would describe a model: the pool has a key for the next request. */
    private boolean isOfDescription(Failure failure) {
        return failure.cause() == FailureCause.MODEL_CLOSED && !call.facts().hasModel();
    }

    /**
     * Returns the response to a call that the pool refuses.
     *
     * @param pools the pools of the models that were tried, in order
     * @param failures the failures of the call's attempts
     * @throws IOException if the pool is closed
     */
    Response refused(List<ModelPool> pools, KeyFilter accepted, List<Failure> failures) throws IOException {
        Refusal why = refusal == null ? Refusal.CLOSED : refusal;
        if (why.cause() != Refusal.Cause.CLOSED && why.cause() != Refusal.Cause.TOO_LARGE) {
            outcome = CallEnded.Outcome.EXHAUSTED;
        }
        return new RefusedCall(call, services).answer(why, pools, accepted, failures);
    }

    /** Returns the response to a failed attempt, or throws what its caller gets. */
    Response of(ExchangeResult.Failed failed) throws IOException {
        if (failed.failure().kind() == FailureKind.CANCELLED) {
            outcome = CallEnded.Outcome.CANCELLED;
        }
        return failed.orThrow();
    }

    /** Takes the empty response whose retry is given up; null if there is none. */
    @Nullable
    Response takeEmptyResponse() {
        Response empty = emptyResponse;
        if (empty != null) {
            emptyResponse = null;
            outcome = CallEnded.Outcome.SUCCESS;
        }
        return empty;
    }

    void dropEmptyResponse() {
        Response dropped = emptyResponse;
        emptyResponse = null;
        if (dropped != null) {
            dropped.close();
        }
    }

    /**
     * Reports the end of the call to the listeners and to its trace.
     *
     * @param model the model that the caller asked for
     * @param answered whether the caller gets a response
     */
    void tell(String model, int attempts, boolean answered) {
        if (!answered && outcome == CallEnded.Outcome.SUCCESS) {
            outcome = CallEnded.Outcome.FAILURE;
        }
        if (outcome == CallEnded.Outcome.FAILURE && call.context().isCancelled()) {
            outcome = CallEnded.Outcome.CANCELLED;
        }
        CallEnded ended = new CallEnded(
                model,
                outcome,
                attempts,
                Duration.ofNanos(call.context().poolCall().waitedNanos()),
                call.context().elapsed());
        services.listeners().callEnded(ended);
        CallTrace trace = call.context().trace();
        if (trace != null) {
            trace.ended(ended);
        }
    }
}
