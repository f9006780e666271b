package io.github.geminipool.autoconfigure;

import java.io.IOException;
import org.springframework.retry.RetryContext;
import org.springframework.retry.backoff.BackOffContext;
import org.springframework.retry.backoff.BackOffInterruptedException;
import org.springframework.retry.backoff.BackOffPolicy;

/** Waits for the pool's back-off. The wait ends early if the call is cancelled or the pool is closed. */
final class PoolBackOffPolicy implements BackOffPolicy {

    @Override
    public BackOffContext start(RetryContext context) {
        return new LastFailure(context);
    }

    @Override
    public void backOff(BackOffContext context) {
        if (((LastFailure) context).retry.getLastThrowable() instanceof RetryableFailureException retry) {
            try {
                retry.pause();
            } catch (IOException e) {
                throw new BackOffInterruptedException("The wait for the next attempt ended early", e);
            }
        }
    }

    private static final class LastFailure implements BackOffContext {

        private static final long serialVersionUID = 1L;

        private final transient RetryContext retry;

        LastFailure(RetryContext retry) {
            this.retry = retry;
        }
    }
}
