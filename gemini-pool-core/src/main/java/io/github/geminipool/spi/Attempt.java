package io.github.geminipool.spi;

import java.io.IOException;
import java.time.Duration;
import okhttp3.Response;

/**
 * One call, as an {@link AttemptRunner} drives it. Not thread-safe: it belongs to the thread that runs the call.
 */
public interface Attempt {

    /**
     * Makes an attempt, and goes on with other keys at once as long as failures are those of keys, projects or
     * accounts, once with the owner of a file or another resource that was asked of the wrong project, and with the
     * model's fallbacks where it can't serve the call. A runner that asks again after {@link RetryDecision.Done} has
     * closed the response before.
     *
     * @return what to do now
     * @throws IOException if there is no answer and another attempt is not called for; also if the call was over and
     *     must not be made twice
     */
    RetryDecision next() throws IOException;

    /**
     * Waits before a repeat; ends early when the call is cancelled.
     *
     * @throws IOException if the call was cancelled or the thread interrupted
     */
    void pause(Duration delay) throws IOException;

    /**
     * Ends the call with the outcome of its last attempt, for a runner that repeats less often than the pool would. Where
     * that was overload, the model's fallbacks are tried before.
     *
     * @return the last error response, a fallback's answer, or the last answer if it said nothing
     * @throws IOException the last failure, if no response came
     */
    Response giveUp() throws IOException;
}
