package io.github.geminipool.internal.http;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.internal.call.RunningCall;
import io.github.geminipool.internal.wire.ErrorVerdict;
import io.github.geminipool.spi.ServiceTier;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import okhttp3.Interceptor;

/**
 * What is special about calls of the flex tier: Gemini may take a quarter of an hour to answer, and a missing answer says nothing
 * about other calls.
 */
final class FlexPatience {

    private static final int READ_TIMEOUT_MINUTES = 15;

    private FlexPatience() {}

    private static boolean isFlex(RunningCall call) {
        return call.facts().serviceTier() == ServiceTier.FLEX;
    }

    /** Returns the chain with which to send a call. */
    static Interceptor.Chain of(RunningCall call) {
        Interceptor.Chain chain = call.chain();
        int millis = chain.readTimeoutMillis();
        boolean isShort = millis > 0 && millis < TimeUnit.MINUTES.toMillis(READ_TIMEOUT_MINUTES);
        return isShort && isFlex(call) ? chain.withReadTimeout(READ_TIMEOUT_MINUTES, TimeUnit.MINUTES) : chain;
    }

    /** Returns the verdict on an error response. */
    static ErrorVerdict judge(RunningCall call, ErrorVerdict verdict) {
        return isFlex(call) ? verdict.ofFlex() : verdict;
    }

    /** Returns the verdict on an attempt without a complete response. */
    static Failure judge(RunningCall call, Failure failure, IOException e) {
        boolean isUnanswered = failure.kind() == FailureKind.NETWORK
                && e instanceof SocketTimeoutException
                && call.context().isSent();
        return isUnanswered && isFlex(call) ? ErrorVerdict.unansweredFlex(failure) : failure;
    }
}
