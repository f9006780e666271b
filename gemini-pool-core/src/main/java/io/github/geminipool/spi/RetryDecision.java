package io.github.geminipool.spi;

import io.github.geminipool.failure.Failure;
import java.time.Duration;
import okhttp3.Response;

/** What the pool decided after an attempt. */
public sealed interface RetryDecision {

    /**
     * The call has its answer, a good one or the error that the caller is to see.
     *
     * @param response what the caller gets
     */
    record Done(Response response) implements RetryDecision {}

    /**
     * The same thing again after a pause.
     *
     * @param delay how long to wait, 0 for not at all
     * @param failure why
     */
    record Retry(Duration delay, Failure failure) implements RetryDecision {}
}
