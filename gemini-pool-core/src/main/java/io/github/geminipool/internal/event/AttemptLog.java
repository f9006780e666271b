package io.github.geminipool.internal.event;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.failure.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each attempt, at DEBUG. */
public final class AttemptLog implements PoolListener {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.attempts");

    @Override
    public void attemptEnded(AttemptEnded event) {
        if (!log.isDebugEnabled()) {
            return;
        }
        Failure failure = event.failure();
        String outcome = failure == null ? "success" : failure.kind().toString();
        log.atDebug()
                .addKeyValue("model", event.model())
                .addKeyValue("key", event.key())
                .addKeyValue("project", event.project())
                .addKeyValue("instance", event.instance())
                .addKeyValue("outcome", outcome)
                .addKeyValue("millis", event.elapsed().toMillis())
                .log(
                        "Attempt to {} with key '{}': {} after {} ms{}",
                        event.model(),
                        event.key(),
                        outcome,
                        event.elapsed().toMillis(),
                        failure == null ? "" : ": " + failure.reason());
    }
}
