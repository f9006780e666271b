package io.github.geminipool.internal.event;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.TimeInWords;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs outages of models and of the network address: their beginning, that they last (after 1, 5, 15 minutes, and every 15 minutes
 * from then on), and their end with the duration. An outage is detected again every few seconds, which is not logged. Its lines are
 * not limited, since they explain the others. Thread-safe.
 */
public final class OutageLog implements PoolListener {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.exclusions");

    private static final Duration[] REMINDERS = {Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(15)};

    /** An outage without news for this long counts as over: no calls are made, or somebody has reset the pool. */
    private static final Duration SILENCE = Duration.ofMinutes(5);

    private final PoolClock clock;
    private final Scheduler scheduler;
    private final ReentrantLock lock = new ReentrantLock();

    /** The present outages; bounded by the number of model pools. */
    private final Map<Scope, Ongoing> outages = new HashMap<>();

    /** Whether the network address is said to work again, which the next success confirms. */
    private volatile boolean isEndLikely;

    /** One outage; guarded by the lock. */
    private static final class Ongoing {

        final long sinceNanos;
        long latestNanos;
        ScopeExcluded latest;
        int reminders;
        Scheduler.@Nullable Alarm alarm;

        Ongoing(long nowNanos, ScopeExcluded event) {
            this.sinceNanos = nowNanos;
            this.latestNanos = nowNanos;
            this.latest = event;
        }
    }

    public OutageLog(PoolClock clock, Scheduler scheduler) {
        this.clock = clock;
        this.scheduler = scheduler;
    }

    static boolean isOutage(Scope scope) {
        return scope instanceof Scope.Model || scope instanceof Scope.Egress;
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        if (!isOutage(event.scope())) {
            return;
        }
        long now = clock.nanos();
        boolean begins = false;
        lock.lock();
        try {
            Ongoing known = outages.get(event.scope());
            if (known == null) {
                Ongoing made = new Ongoing(now, event);
                outages.put(event.scope(), made);
                remind(event.scope(), made);
                begins = true;
            } else {
                known.latest = event;
                known.latestNanos = now;
                isEndLikely &= !(event.scope() instanceof Scope.Egress);
            }
        } finally {
            lock.unlock();
        }
        log.atLevel(begins ? Level.WARN : Level.DEBUG)
                .addKeyValue("scope", event.scope())
                .addKeyValue("kind", event.failure().kind())
                .addKeyValue("status", event.failure().status())
                .addKeyValue("until", event.until() == null ? "lasting" : event.until())
                .log(
                        "Not using {} {}: {}",
                        event.scope(),
                        ExclusionLog.until(event.until(), clock.now()),
                        event.failure().reason());
    }

    /** Schedules the next reminder; called under the lock. */
    private void remind(Scope scope, Ongoing outage) {
        int last = REMINDERS.length - 1;
        Duration after = outage.reminders <= last
                ? REMINDERS[outage.reminders]
                : REMINDERS[last].multipliedBy(outage.reminders - last + 1L);
        outage.reminders++;
        outage.alarm = scheduler.schedule(PoolClock.plus(outage.sinceNanos, after), () -> lasts(scope, outage));
    }

    private void lasts(Scope scope, Ongoing outage) {
        long now = clock.nanos();
        ScopeExcluded latest;
        Duration silence;
        lock.lock();
        try {
            if (outages.get(scope) != outage) {
                return;
            }
            latest = outage.latest;
            silence = Duration.ofNanos(now - outage.latestNanos);
            if (silence.compareTo(SILENCE) > 0) {
                outages.remove(scope);
            } else {
                remind(scope, outage);
            }
        } finally {
            lock.unlock();
        }
        Duration lasted = Duration.ofNanos(now - outage.sinceNanos);
        if (silence.compareTo(SILENCE) > 0) {
            log.info(
                    "No attempt has failed for {} since {}: the outage that began {} ago is considered over",
                    scope,
                    TimeInWords.of(silence),
                    TimeInWords.of(lasted));
            return;
        }
        log.atWarn()
                .addKeyValue("scope", scope)
                .addKeyValue("kind", latest.failure().kind())
                .log(
                        "Still not using {} after {}; the latest attempt failed {} ago: {}",
                        scope,
                        TimeInWords.of(lasted),
                        TimeInWords.of(silence),
                        latest.failure().reason());
    }

    /** An error that Google sends shows that it can be reached, but it may be the same one for the next key. */
    @Override
    public void scopeRestored(ScopeRestored event) {
        if (event.scope() instanceof Scope.Egress) {
            isEndLikely = true;
        } else if (event.scope() instanceof Scope.Model) {
            ended(event.scope());
        }
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        if (isEndLikely && event.failure() == null) {
            isEndLikely = false;
            ended(new Scope.Egress());
        }
    }

    private void ended(Scope scope) {
        Ongoing over;
        lock.lock();
        try {
            over = outages.remove(scope);
        } finally {
            lock.unlock();
        }
        if (over == null) {
            log.debug("Using {} again", scope);
            return;
        }
        if (over.alarm != null) {
            over.alarm.cancel();
        }
        log.atInfo()
                .addKeyValue("scope", scope)
                .log(
                        "Using {} again, after {}",
                        scope,
                        TimeInWords.of(Duration.ofNanos(clock.nanos() - over.sinceNanos)));
    }

    /** Returns the number of reminders that are scheduled. */
    public int pending() {
        lock.lock();
        try {
            return outages.size();
        } finally {
            lock.unlock();
        }
    }
}
