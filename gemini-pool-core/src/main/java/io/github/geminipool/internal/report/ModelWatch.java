package io.github.geminipool.internal.report;

import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.TimeInWords;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs when no key is left for a model in use, and when there is one again. Outages of a model or of the network address are not its
 * subject. Thread-safe.
 */
public final class ModelWatch implements PoolListener {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.models");

    /** After so long, a failed call makes a model without a key be looked at again although nothing is known to have changed. */
    private static final long LOOK_AGAIN_NANOS = 1_000_000_000L;

    private final Outlooks outlooks;
    private final PoolClock clock;
    private final Scheduler scheduler;
    private final ReentrantLock lock = new ReentrantLock();

    /** The models without a key; bounded by the number of model pools. */
    private final Map<String, Out> out = new HashMap<>();

    private volatile boolean isAnyOut;

    private record Out(
            long sinceNanos, long lookedNanos, long changes, long endNanos, Scheduler.@Nullable Alarm alarm) {}

    /** Where the outlook comes from, once the pool is complete. */
    @FunctionalInterface
    public interface Outlooks {

        KeyOutlook get();
    }

    public ModelWatch(Outlooks outlooks, PoolClock clock, Scheduler scheduler) {
        this.outlooks = outlooks;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        if (event.scope() instanceof Scope.ProjectModel projectModel) {
            look(projectModel.model());
        }
    }

    @Override
    public void scopeRestored(ScopeRestored event) {
        lookAtOut();
    }

    @Override
    public void keyChanged(KeyChanged event) {
        lookAtOut();
    }

    @Override
    public void callEnded(CallEnded event) {
        boolean isFailed =
                event.outcome() == CallEnded.Outcome.EXHAUSTED || event.outcome() == CallEnded.Outcome.FAILURE;
        if (isAnyOut ? isOutChanged(event.model(), isFailed) : isFailed) {
            look(event.model());
        }
    }

    /** A model without a key is looked at again only if something has changed: there may be many calls, and many keys. */
    private boolean isOutChanged(String model, boolean isFailed) {
        lock.lock();
        try {
            Out now = out.get(model);
            return now == null
                    ? isFailed
                    : !isFailed
                            || now.changes != outlooks.get().changes()
                            || clock.nanos() - now.lookedNanos > LOOK_AGAIN_NANOS;
        } finally {
            lock.unlock();
        }
    }

    private void lookAtOut() {
        if (!isAnyOut) {
            return;
        }
        List<String> models;
        lock.lock();
        try {
            models = List.copyOf(out.keySet());
        } finally {
            lock.unlock();
        }
        models.forEach(this::look);
    }

    private void look(String model) {
        long changes = outlooks.get().changes();
        Lack lack = outlooks.get().lackOf(model);
        long now = clock.nanos();
        Out before;
        lock.lock();
        try {
            before = out.get(model);
            if (lack == null) {
                out.remove(model);
            } else if (before == null || before.endNanos != lack.endNanos()) {
                long since = before == null ? now : before.sinceNanos;
                out.put(model, new Out(since, now, changes, lack.endNanos(), alarm(model, lack)));
            } else {
                out.put(model, new Out(before.sinceNanos, now, changes, before.endNanos, before.alarm));
            }
            isAnyOut = !out.isEmpty();
        } finally {
            lock.unlock();
        }
        if (before != null && before.alarm != null && (lack == null || before.endNanos != lack.endNanos())) {
            before.alarm.cancel();
        }
        if (lack == null && before != null) {
            again(model, Duration.ofNanos(now - before.sinceNanos));
        } else if (lack != null && before == null) {
            none(model, lack);
        }
    }

    private Scheduler.@Nullable Alarm alarm(String model, Lack lack) {
        return lack.endNanos() == PoolClock.NEVER ? null : scheduler.schedule(lack.endNanos() + 1, () -> look(model));
    }

    private void none(String model, Lack lack) {
        Obstacle main = lack.main();
        Instant end = lack.endNanos() == PoolClock.NEVER ? null : clock.instantAt(lack.endNanos());
        String until = end == null
                ? main != null && main.exclusion().isLasting() ? "until an operator acts" : "until one works again"
                : "for " + TimeInWords.until(end, clock.now());
        log.atWarn()
                .addKeyValue("model", model)
                .addKeyValue("until", end == null ? "unknown" : end)
                .log(
                        "No key is left for model '{}' {}; its calls fail. {} of {} keys: {}",
                        model,
                        until,
                        lack.keys(),
                        lack.all(),
                        main == null ? "no key" : main.reason());
    }

    private static void again(String model, Duration lasted) {
        log.atWarn()
                .addKeyValue("model", model)
                .log("Model '{}' has a usable key again, after {}", model, TimeInWords.of(lasted));
    }

    /** Returns the number of models without a key that are looked at again at a known time. */
    public int pending() {
        lock.lock();
        try {
            return (int) out.values().stream().filter(one -> one.alarm != null).count();
        } finally {
            lock.unlock();
        }
    }
}
