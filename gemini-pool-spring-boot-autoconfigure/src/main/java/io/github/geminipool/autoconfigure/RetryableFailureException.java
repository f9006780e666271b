package io.github.geminipool.autoconfigure;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.spi.Attempt;
import io.github.geminipool.spi.RetryDecision;
import java.io.IOException;
import java.time.Duration;

/**
 * Signals to Spring Retry that an attempt failed and that the pool wants to retry it after a delay. Passed to
 * {@link org.springframework.retry.RetryListener}s and to the template's policies; never thrown to callers of the pool.
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

    /** Returns the failure of the attempt. */
    public Failure failure() {
        return failure;
    }

    /** Returns how long the pool would wait before the next attempt. */
    public Duration delay() {
        return delay;
    }

    /** Waits for the pool's delay, but no longer than the call's deadline. */
    void pause() throws IOException {
        attempt.pause(delay);
    }

    /** Does nothing: a stack trace would cost time on every retry and always be the same. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
