package io.github.geminipool.internal.choice;

import io.github.geminipool.spi.SelectionStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wraps a selection strategy so that it never throws and never returns "not a number". Guarded by the model pool's lock. */
final class SafeScore {

    private static final Logger log = LoggerFactory.getLogger(SelectionStrategy.class);

    private final SelectionStrategy strategy;
    private boolean failedBefore;

    SafeScore(SelectionStrategy strategy) {
        this.strategy = strategy;
    }

    double of(ModelKey key) {
        try {
            double score = strategy.score(key);
            return Double.isNaN(score) ? Double.NEGATIVE_INFINITY : score;
        } catch (Throwable e) {
            failed(e);
            return Double.NEGATIVE_INFINITY;
        }
    }

    private void failed(Throwable e) {
        if (!failedBefore) {
            failedBefore = true;
            try {
                report(e);
            } catch (Throwable unprintable) {
                // The exception can't say what it is, or the logger fails.
            }
        }
    }

    private void report(Throwable e) {
        log.warn(
                "The selection strategy {} failed; the key gets the lowest score. Further failures are not logged",
                strategy.getClass().getName(),
                e);
    }
}
