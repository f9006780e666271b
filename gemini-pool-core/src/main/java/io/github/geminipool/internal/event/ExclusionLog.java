package io.github.geminipool.internal.event;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Tells the log what is not used for a while, and why: louder where somebody has to do something about it. */
public final class ExclusionLog implements PoolListener {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.exclusions");

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        log.atLevel(levelOf(event))
                .log(
                        "Not using {} {}: {}",
                        event.scope(),
                        event.until() == null
                                ? "until somebody acts"
                                : "until " + event.until().truncatedTo(ChronoUnit.SECONDS),
                        event.failure().reason());
    }

    private static Level levelOf(ScopeExcluded event) {
        return switch (event.failure().kind()) {
            case KEY_REJECTED, PROJECT_REJECTED, BILLING -> Level.WARN;
            case DAILY_QUOTA_EXHAUSTED, NOT_ENTITLED -> Level.INFO;
            default -> Level.DEBUG;
        };
    }
}
