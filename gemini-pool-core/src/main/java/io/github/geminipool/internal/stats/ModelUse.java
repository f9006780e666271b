package io.github.geminipool.internal.stats;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.PoolListener;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Records which models are in use. Remembers a bounded number of them. Thread-safe. */
public final class ModelUse implements PoolListener {

    /** A model that was not called for this long is not in use. */
    private static final long IN_USE_NANOS = Duration.ofMinutes(10).toNanos();

    private static final int LIMIT = 1000;

    private final LongSupplier nanos;
    private final ConcurrentMap<String, AtomicLong> latest = new ConcurrentHashMap<>();

    /**
     * Creates a record.
     *
     * @param nanos a monotonic clock in nanoseconds
     */
    public ModelUse(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        used(event.model());
    }

    @Override
    public void callEnded(CallEnded event) {
        used(event.model());
    }

    private void used(String model) {
        long now = nanos.getAsLong();
        AtomicLong known = latest.get(model);
        if (known != null) {
            known.set(now);
            return;
        }
        if (latest.size() >= LIMIT) {
            latest.values().removeIf(time -> now - time.get() > IN_USE_NANOS);
        }
        if (latest.size() < LIMIT) {
            latest.put(model, new AtomicLong(now));
        }
    }

    /** Returns whether a model was called in the last ten minutes. */
    public boolean isInUse(String model) {
        AtomicLong known = latest.get(model);
        return known != null && nanos.getAsLong() - known.get() <= IN_USE_NANOS;
    }
}
