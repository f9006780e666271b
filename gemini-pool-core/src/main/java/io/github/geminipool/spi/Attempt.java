package io.github.geminipool.spi;

import java.io.IOException;
import java.time.Duration;
import okhttp3.Response;

/** The attempts of one call, as an {@link AttemptRunner} runs them. Not thread-safe: used by the thread that runs the call only. */
public interface Attempt {

    /**
     * Makes the next attempt. If it fails through a fault of a key, project or billing account, this method fails over to other keys
     * at once; if a resource belongs to another project, it tries the owner once; if the model cannot serve the call, it tries the
     * model's fallbacks.
     *
     * <p>After {@link RetryDecision.Done} a runner may call this method again, if it has closed the response.
     *
     * @return whether the call is done or is to be retried
     * @throws IOException if there is no response and the pool does not want a retry, or if the call was done and must not be made
     *     twice
     */
    RetryDecision next() throws IOException;

    /**
     * Waits for the back-off before a retry.
     *
     * @param delay the time to wait; 0 returns at once
     * @throws IOException if the call is cancelled or the thread interrupted meanwhile
     */
    void pause(Duration delay) throws IOException;

    /**
     * Ends the call with the outcome of its last attempt, for a runner that retries less often than the pool allows. If the last
     * attempt failed with overload, this method first tries the model's fallbacks.
     *
     * @return the response of a fallback, or the last response: an error or an empty one
     * @throws IOException the last failure, if there was no response
     */
    Response giveUp() throws IOException;
}
