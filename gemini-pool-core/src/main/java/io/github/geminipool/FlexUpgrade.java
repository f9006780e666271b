package io.github.geminipool;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.internal.call.PoolCall;
import io.github.geminipool.internal.http.PooledHttpClient;
import io.github.geminipool.spi.ServiceTier;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Sends requests in the flex tier, which continue in the standard tier if they are not answered in time. Thread-safe. */
final class FlexUpgrade {

    private final PooledHttpClient http;

    FlexUpgrade(PooledHttpClient http) {
        this.http = http;
    }

    /**
     * Sends a request.
     *
     * @param send returns once a response has begun to arrive
     */
    <T> T run(PoolCall call, GenerationRequest request, Function<GenerationRequest, T> send) {
        Duration after = call.options().upgradeAfter();
        if (after == null || !request.isFlex()) {
            return send.apply(request);
        }
        Runnable endWatch = http.interruptAfter(call, after);
        try {
            return send.apply(request);
        } catch (RuntimeException e) {
            endWatch.run();
            if (!goesOn(call)) {
                throw e;
            }
        } finally {
            endWatch.run();
        }
        return send.apply(request.serviceTier(ServiceTier.STANDARD));
    }

    /**
     * Sends a request without waiting for the response.
     *
     * @param send returns a future that never fails
     */
    CompletableFuture<GenerationResult> start(
            PoolCall call,
            GenerationRequest request,
            Function<GenerationRequest, CompletableFuture<GenerationResult>> send) {
        Duration after = call.options().upgradeAfter();
        if (after == null || !request.isFlex()) {
            return send.apply(request);
        }
        Runnable endWatch = http.interruptAfter(call, after);
        return send.apply(request).thenCompose(result -> {
            endWatch.run();
            return !result.isSuccess() && goesOn(call)
                    ? send.apply(request.serviceTier(ServiceTier.STANDARD))
                    : CompletableFuture.completedFuture(result);
        });
    }

    /** Returns whether a failed request goes on in the standard tier: it was interrupted, or Gemini has no capacity for it. */
    private static boolean goesOn(PoolCall call) {
        if (call.resumed()) {
            return true;
        }
        Failure failure = call.refusal() == null ? call.lastFailure() : null;
        return failure != null && failure.cause() == FailureCause.FLEX_CAPACITY && !call.isAnswered();
    }
}
