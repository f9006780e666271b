package io.github.geminipool.spi;

import java.io.IOException;
import okhttp3.Response;

/**
 * Runs the attempts of a call: asks for the next one, waits where the pool says so, and returns what the caller
 * gets. All decisions are the pool's; a runner adds what a retry framework adds (listeners, a context, metrics).
 *
 * <p>Must be thread-safe: it serves all calls of a pool.
 */
@FunctionalInterface
public interface AttemptRunner {

    /**
     * Runs a call to its end.
     *
     * @throws IOException if there is no answer; anything else that is thrown reaches the caller as an IOException
     */
    Response run(CallFacts facts, Attempt attempt) throws IOException;
}
