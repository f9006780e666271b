package io.github.geminipool.autoconfigure;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.spi.Attempt;
import io.github.geminipool.spi.RetryDecision;
import java.io.IOException;
import java.time.Duration;

/**
 * An attempt failed and the pool wants the same thing again after a delay: what a
 * {@link org.springframework.retry.RetryListener} is told of it, and a template's policies decide by. The caller of the
 * pool never gets it.
 */
public final class RetryableFailureException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final Duration delay;
    private final transient Attempt attempt;

    RetryableFailureException(RetryDecision.Retry decision, Attempt attempt) {
        super(decision.failure().kind() + ": " + decision.failure().reason());
        this.failure = decision.failure();
        this.delay = decision.delay();
        this.attempt = attempt;
    }

    /** Why the attempt failed. */
    public Failure failure() {
        return failure;
    }

    /** How long the pool would wait before the next attempt. */
    public Duration delay() {
        return delay;
    }

    /** Waits as the pool would, and no longer than the call itself. */
    void pause() throws IOException {
        attempt.pause(delay);
    }

    /** It is thrown for every failed attempt, and where from is always the same. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
