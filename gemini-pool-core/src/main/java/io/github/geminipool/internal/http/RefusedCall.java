package io.github.geminipool.internal.http;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.internal.answer.OwnResponses;
import io.github.geminipool.internal.call.PoolCall;
import io.github.geminipool.internal.call.Refusals;
import io.github.geminipool.internal.call.RunningCall;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.pool.ModelPool;
import java.io.IOException;
import java.util.List;
import okhttp3.Response;

/**
 * A call that the pool refuses.
 *
 * @param call the call
 * @param services the services that it uses
 */
record RefusedCall(RunningCall call, CallServices services) {

    /**
     * Returns the response that the call gets, and keeps the exception that the pool's own methods throw instead.
     *
     * @param pools the pools of the models that were tried, in order
     * @param failures the failures of the call's attempts
     * @throws IOException if the pool is closed
     */
    Response answer(Refusal why, List<ModelPool> pools, KeyFilter accepted, List<Failure> failures) throws IOException {
        PoolCall told = call.context().poolCall();
        if (why.cause() == Refusal.Cause.CLOSED) {
            PoolClosedException closed = new PoolClosedException();
            told.refused(closed);
            throw new IOException(closed.getMessage(), closed);
        }
        if (why.cause() == Refusal.Cause.TOO_LARGE) {
            ModelPool last = pools.get(pools.size() - 1);
            return OwnResponses.invalid(
                    call.request(), Refusals.tooLarge(last, services.leases().demandOf(call.facts()), accepted));
        }
        // Scopes that rejected this call may be tried by the next one.
        PoolExhaustedException exhausted =
                services.refusals().exception(pools, accepted.afresh(), why, failures, told.waitedNanos());
        told.refused(exhausted);
        services.pools().refused(exhausted);
        return OwnResponses.exhausted(call.request(), String.valueOf(exhausted.getMessage()), exhausted.retryAfter());
    }
}
