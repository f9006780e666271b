package io.github.geminipool.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryPolicy;
import org.springframework.retry.context.RetryContextSupport;

/** Retries exactly what the pool wants retried. */
final class PoolRetryPolicy implements RetryPolicy {

    private static final long serialVersionUID = 1L;

    @Override
    public boolean canRetry(RetryContext context) {
        Throwable last = context.getLastThrowable();
        return last == null || last instanceof RetryableFailureException;
    }

    @Override
    public RetryContext open(@Nullable RetryContext parent) {
        return new RetryContextSupport(parent);
    }

    @Override
    public void close(RetryContext context) {}

    @Override
    public void registerThrowable(RetryContext context, Throwable throwable) {
        ((RetryContextSupport) context).registerThrowable(throwable);
    }
}
