package io.github.geminipool.internal.retry;

import io.github.geminipool.spi.Attempt;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.RetryDecision;
import java.io.IOException;
import okhttp3.Response;

/** The default runner: makes attempts exactly as the pool decides. */
public final class LoopRunner implements AttemptRunner {

    @Override
    public Response run(CallFacts facts, Attempt attempt) throws IOException {
        RetryDecision decision = attempt.next();
        while (decision instanceof RetryDecision.Retry retry) {
            attempt.pause(retry.delay());
            decision = attempt.next();
        }
        return ((RetryDecision.Done) decision).response();
    }
}
