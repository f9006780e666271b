package io.github.geminipool.internal.call;

import io.github.geminipool.internal.request.RequestPrint;
import io.github.geminipool.spi.CallFacts;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * One HTTP call on its way through the interceptor.
 *
 * @param chain sends its requests
 * @param context its waits, deadline and cancellation
 * @param facts the facts about its request
 */
public record RunningCall(Interceptor.Chain chain, CallContext context, CallFacts facts) {

    /** Returns the caller's request, without a key of the pool. */
    public Request request() {
        return chain.request();
    }

    /** Returns a fingerprint of the request; 0 if it has none. Costs as much as writing the body. */
    public long print() {
        return RequestPrint.of(request());
    }

    /** Returns whether the request's body can be sent again. */
    public boolean isBodyReusable() {
        RequestBody body = request().body();
        return body == null || !(body.isOneShot() || body.isDuplex());
    }
}
