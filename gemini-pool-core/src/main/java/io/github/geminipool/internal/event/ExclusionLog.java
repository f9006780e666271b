package io.github.geminipool.internal.event;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Scope;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells the log what is not used for a while, and why: louder where somebody has to do something about it. Of an outage,
 * which is found again every few seconds, it tells the beginning and the end.
 */
public final class ExclusionLog implements PoolListener {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.exclusions");

    /** Bounded by the number of model pools. */
    private final Set<Scope> outages = ConcurrentHashMap.newKeySet();

    private final LogBudget budget;

    /** A log whose lines are counted by a clock. */
    public ExclusionLog(LongSupplier nanos) {
        this.budget = new LogBudget(nanos);
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        Level level = levelOf(event);
        long leftOut = level.toInt() > Level.DEBUG.toInt() ? budget.take() : 0;
        if (leftOut > 0) {
            log.warn(
                    "{} lines like the next one were left out, so many came; the endpoint geminipool shows all",
                    leftOut);
        }
        log.atLevel(leftOut < 0 ? Level.DEBUG : level)
                .addKeyValue("scope", event.scope())
                .addKeyValue("kind", event.failure().kind())
                .addKeyValue("status", event.failure().status())
                .addKeyValue("until", event.until() == null ? "lasting" : event.until())
                .log(
                        "Not using {} {}: {}",
                        event.scope(),
                        event.until() == null
                                ? "until somebody acts"
                                : "until " + event.until().truncatedTo(ChronoUnit.SECONDS),
                        event.failure().reason());
    }

    @Override
    public void scopeRestored(ScopeRestored event) {
        outages.remove(event.scope());
        log.atLevel(budget.take() < 0 ? Level.DEBUG : Level.INFO)
                .addKeyValue("scope", event.scope())
                .log("Using {} again", event.scope());
    }

    private Level levelOf(ScopeExcluded event) {
        if (event.scope() instanceof Scope.Model || event.scope() instanceof Scope.Egress) {
            return outages.add(event.scope()) ? Level.WARN : Level.DEBUG;
        }
        return switch (event.failure().kind()) {
            case KEY_REJECTED, PROJECT_REJECTED, BILLING -> Level.WARN;
            case DAILY_QUOTA_EXHAUSTED, NOT_ENTITLED -> Level.INFO;
            default -> Level.DEBUG;
        };
    }
}
