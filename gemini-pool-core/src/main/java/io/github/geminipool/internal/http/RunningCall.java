package io.github.geminipool.internal.http;

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
record RunningCall(Interceptor.Chain chain, CallContext context, CallFacts facts) {

    /** Returns the caller's request, without a key of the pool. */
    Request request() {
        return chain.request();
    }

    /** Returns whether the request's body can be sent again. */
    boolean isBodyReusable() {
        RequestBody body = request().body();
        return body == null || !(body.isOneShot() || body.isDuplex());
    }
}
