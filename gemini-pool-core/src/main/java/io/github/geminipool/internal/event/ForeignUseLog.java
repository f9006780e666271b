package io.github.geminipool.internal.event;

import io.github.geminipool.event.ForeignUse;
import io.github.geminipool.event.PoolListener;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of others that use a project's quota, once an hour for each project and model. Thread-safe. */
public final class ForeignUseLog implements PoolListener {

    private static final Logger log = LoggerFactory.getLogger("io.github.geminipool.projects");

    private static final long APART_NANOS = Duration.ofHours(1).toNanos();

    /** Maximum number of quotas remembered. */
    private static final int LIMIT = 10_000;

    private record Limited(String project, String model, ForeignUse.Unit unit) {}

    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Limited, Long> logged = new HashMap<>();

    /**
     * Creates a log.
     *
     * @param nanos a monotonic clock in nanoseconds
     */
    public ForeignUseLog(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public void foreignUse(ForeignUse event) {
        if (isDue(new Limited(event.project(), event.model(), event.unit()))) {
            String unit = event.unit() == ForeignUse.Unit.TOKENS ? "tokens" : "requests";
            log.atWarn()
                    .addKeyValue("project", event.project())
                    .addKeyValue("model", event.model())
                    .addKeyValue("foreign", event.foreign())
                    .log(
                            "Somebody else uses project '{}': Gemini refused a request to model '{}' for its limit of {} {} a"
                                    + " minute, but this pool and its replicas have used {}, so others have used about {}. Look"
                                    + " for another application with the project's keys, or one without the shared store; if there"
                                    + " is none, a key may be stolen: replace the project's keys",
                            event.project(),
                            event.model(),
                            event.limit(),
                            unit,
                            event.own(),
                            event.foreign());
        }
    }

    private boolean isDue(Limited limited) {
        long now = nanos.getAsLong();
        lock.lock();
        try {
            Long before = logged.get(limited);
            if (before != null && now - before < APART_NANOS) {
                return false;
            }
            if (before == null && logged.size() >= LIMIT) {
                logged.values().removeIf(at -> now - at >= APART_NANOS);
            }
            if (logged.size() < LIMIT) {
                logged.put(limited, now);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
