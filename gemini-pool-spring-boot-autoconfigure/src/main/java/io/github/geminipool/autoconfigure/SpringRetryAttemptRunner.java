package io.github.geminipool.autoconfigure;

import io.github.geminipool.spi.Attempt;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallFacts;
import java.io.IOException;
import java.util.List;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.retry.RetryOperations;
import org.springframework.retry.support.RetrySynchronizationManager;
import org.springframework.retry.support.RetryTemplate;

/**
 * Runs the attempts of calls on Spring Retry. The template sees an exception only for attempts that the pool wants retried;
 * responses and final failures are results. So, even a template that retries everything behaves correctly.
 */
final class SpringRetryAttemptRunner implements AttemptRunner {

    private final RetryOperations template;

    /** Creates a runner that uses the application's template. */
    SpringRetryAttemptRunner(RetryOperations template) {
        this.template = template;
    }

    /** Creates a runner whose template leaves all decisions to the pool and notifies the listeners. */
    SpringRetryAttemptRunner(List<RetryListener> listeners) {
        this(template(listeners));
    }

    private static RetryTemplate template(List<RetryListener> listeners) {
        RetryTemplate template = new RetryTemplate();
        template.setRetryPolicy(new PoolRetryPolicy());
        template.setBackOffPolicy(new PoolBackOffPolicy());
        template.setListeners(listeners.toArray(RetryListener[]::new));
        return template;
    }

    @Override
    public Response run(CallFacts facts, Attempt attempt) throws IOException {
        RetryContext outer = RetrySynchronizationManager.getContext();
        try {
            return new RetriedCall(facts.model(), attempt).run(template);
        } finally {
            restore(outer);
        }
    }

    /** A template leaves its context on the thread if a listener fails in close; later calls must not see it. */
    private static void restore(@Nullable RetryContext outer) {
        RetryContext left = RetrySynchronizationManager.getContext();
        if (left == outer) {
            return;
        }
        if (outer != null) {
            RetrySynchronizationManager.register(outer);
            return;
        }
        while (left != null) {
            RetrySynchronizationManager.clear();
            left = RetrySynchronizationManager.getContext();
        }
    }
}
