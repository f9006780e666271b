package io.github.geminipool.internal.event;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.TimeInWords;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs exclusions with their reasons, at WARN if an operator has to act. Limits the number of lines. Outages are the subject of
 * {@link OutageLog}. Thread-safe.
 */
public final class ExclusionLog implements PoolListener {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.exclusions");

    /** Maximum number of keys named in a line. */
    private static final int MAX_KEYS_NAMED = 10;

    private final PoolClock clock;
    private final Function<Scope, List<String>> keysOf;
    private final LogBudget budget;

    /**
     * Creates a log.
     *
     * @param keysOf returns the names of the keys of a project or a billing account
     */
    public ExclusionLog(PoolClock clock, Function<Scope, List<String>> keysOf) {
        this.clock = clock;
        this.keysOf = keysOf;
        this.budget = new LogBudget(clock::nanos);
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        if (OutageLog.isOutage(event.scope())) {
            return;
        }
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
                        "Not using {}{} {}: {}",
                        event.scope(),
                        named(event.scope()),
                        until(event.until(), clock.now()),
                        event.failure().reason());
    }

    /** Returns until when something is not used, in words. */
    static String until(@Nullable Instant until, Instant now) {
        return until == null ? "until an operator acts" : "for " + TimeInWords.until(until, now);
    }

    /** Names the keys that share a project or a billing account. */
    private String named(Scope scope) {
        if (!(scope instanceof Scope.Project) && !(scope instanceof Scope.BillingAccount)) {
            return "";
        }
        List<String> keys = keysOf.apply(scope);
        String names = String.join(", ", keys.subList(0, Math.min(keys.size(), MAX_KEYS_NAMED)));
        int more = keys.size() - MAX_KEYS_NAMED;
        return keys.isEmpty()
                ? ""
                : " (" + keys.size() + (keys.size() == 1 ? " key: " : " keys: ") + names
                        + (more > 0 ? " and " + more + " more" : "") + ")";
    }

    @Override
    public void scopeRestored(ScopeRestored event) {
        if (OutageLog.isOutage(event.scope())) {
            return;
        }
        log.atLevel(budget.take() < 0 ? Level.DEBUG : Level.INFO)
                .addKeyValue("scope", event.scope())
                .log("Using {} again", event.scope());
    }

    private static Level levelOf(ScopeExcluded event) {
        return switch (event.failure().kind()) {
            case KEY_REJECTED, PROJECT_REJECTED, BILLING -> Level.WARN;
            case DAILY_QUOTA_EXHAUSTED, NOT_ENTITLED -> Level.INFO;
            default -> Level.DEBUG;
        };
    }
}
