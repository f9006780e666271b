package io.github.geminipool.internal.http;

import io.github.geminipool.internal.call.RunningCall;
import io.github.geminipool.internal.pool.Lease;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Sends the attempts of calls. */
interface Exchange {

    /**
     * Makes one attempt with the key of a lease. The lease is completed when this returns a failure or throws, and when the
     * body of an answer ends.
     *
     * @param fallback the model to ask instead of the request's own; null for that one
     */
    ExchangeResult make(RunningCall call, Lease lease, @Nullable String fallback) throws IOException;
}
