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
 * Logs exclusions with their reasons, at WARN if an operator has to act. An outage is detected again every few seconds;
 * only its beginning and its end are logged. Limits the number of lines. Thread-safe.
 */
public final class ExclusionLog implements PoolListener {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.exclusions");

    /** The scopes of present outages. Bounded by the number of model pools. */
    private final Set<Scope> outages = ConcurrentHashMap.newKeySet();

    private final LogBudget budget;

    /**
     * Creates a log.
     *
     * @param nanos a monotonic clock in nanoseconds, for the rate limit
     */
    public ExclusionLog(LongSupplier nanos) {
        this.budget = new LogBudget(nanos);
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        Level level = levelOf(event);
        long suppressed = level.toInt() > Level.DEBUG.toInt() ? budget.take() : 0;
        if (suppressed > 0) {
            log.warn(
                    "Suppressed {} similar lines (rate limit). The endpoint geminipool shows all exclusions",
                    suppressed);
        }
        log.atLevel(suppressed < 0 ? Level.DEBUG : level)
                .addKeyValue("scope", event.scope())
                .addKeyValue("kind", event.failure().kind())
                .addKeyValue("status", event.failure().status())
                .addKeyValue("until", event.until() == null ? "lasting" : event.until())
                .log(
                        "Not using {} {}: {}",
                        event.scope(),
                        event.until() == null
                                ? "until an operator acts"
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
