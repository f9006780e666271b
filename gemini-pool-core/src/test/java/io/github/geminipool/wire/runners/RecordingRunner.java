package io.github.geminipool.wire.runners;

import io.github.geminipool.spi.Attempt;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.RetryDecision;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Records the calls of a runner to the pool, the pool's decisions, and the outcome. */
final class RecordingRunner implements AttemptRunner {

    private final AttemptRunner runner;
    private final List<String> steps = new CopyOnWriteArrayList<>();

    RecordingRunner(AttemptRunner runner) {
        this.runner = runner;
    }

    /** The record of each call, in order. */
    List<String> steps() {
        return steps;
    }

    @Override
    public Response run(CallFacts facts, Attempt attempt) throws IOException {
        Recorded recorded = new Recorded(attempt);
        try {
            Response response = runner.run(facts, recorded);
            steps.add("returned " + response.code());
            return response;
        } catch (Throwable e) {
            steps.add(e == recorded.thrown ? "threw that" : "threw " + e);
            throw e;
        }
    }

    private final class Recorded implements Attempt {

        private final Attempt attempt;
        private @Nullable Throwable thrown;

        Recorded(Attempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public RetryDecision next() throws IOException {
            try {
                RetryDecision decision = attempt.next();
                steps.add(
                        decision instanceof RetryDecision.Retry retry
                                ? "attempt: " + retry.failure().kind() + ", retry after " + retry.delay()
                                : "attempt: done "
                                        + ((RetryDecision.Done) decision)
                                                .response()
                                                .code());
                return decision;
            } catch (Throwable e) {
                thrown = e;
                steps.add("attempt threw");
                throw e;
            }
        }

        @Override
        public void pause(Duration delay) throws IOException {
            steps.add("pause " + delay);
            try {
                attempt.pause(delay);
            } catch (Throwable e) {
                thrown = e;
                steps.add("pause threw");
                throw e;
            }
        }

        @Override
        public Response giveUp() throws IOException {
            steps.add("give up");
            return attempt.giveUp();
        }
    }
}
