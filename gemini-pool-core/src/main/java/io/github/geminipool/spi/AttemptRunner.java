package io.github.geminipool.spi;

import java.io.IOException;
import okhttp3.Response;

/**
 * Runs the attempts of a call: makes one after the other, waits for the back-off between them, and returns the response. The pool
 * makes all decisions; a runner connects the pool with a retry framework and its listeners, contexts and metrics.
 *
 * <p>Implementations must be thread-safe: one runner serves all calls of a pool.
 */
@FunctionalInterface
public interface AttemptRunner {

    /**
     * Runs a call to its end.
     *
     * @param facts facts from the request
     * @param attempt the attempts of the call
     * @return the response for the caller
     * @throws IOException if there is no response. Any other exception reaches the caller as an {@code IOException}
     */
    Response run(CallFacts facts, Attempt attempt) throws IOException;
}
