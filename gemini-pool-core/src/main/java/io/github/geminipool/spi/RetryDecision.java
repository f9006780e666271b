package io.github.geminipool.spi;

import io.github.geminipool.failure.Failure;
import java.time.Duration;
import okhttp3.Response;

/** The decision of the pool after an attempt. */
public sealed interface RetryDecision {

    /**
     * The call is done.
     *
     * @param response the response for the caller: a success, or an error that is not retried
     */
    record Done(Response response) implements RetryDecision {}

    /**
     * The call is to be retried after a back-off.
     *
     * @param delay the back-off, 0 or more
     * @param failure why the attempt failed
     */
    record Retry(Duration delay, Failure failure) implements RetryDecision {}
}
