package io.github.geminipool.internal.time;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The alarm at which an owner looks again at what waits. Guarded by the owner's lock. */
public final class LookAlarm {

    private final Scheduler scheduler;
    private final Consumer<Runnable> changes;
    private Scheduler.@Nullable Alarm alarm;
    private long nanos = PoolClock.NEVER;

    /**
     * Creates an alarm that is not set.
     *
     * @param changes runs a change under the owner's lock, and then looks at what waits
     */
    public LookAlarm(Scheduler scheduler, Consumer<Runnable> changes) {
        this.scheduler = scheduler;
        this.changes = changes;
    }

    /**
     * Sets the alarm in place of the previous one. Never throws.
     *
     * @param newNanos when; {@code PoolClock.NEVER} for no alarm
     * @return what went wrong; null if nothing did
     */
    public @Nullable Throwable set(long newNanos) {
        if (newNanos == nanos) {
            return null;
        }
        Scheduler.Alarm before = alarm;
        // If this fails, the next holder of the lock tries again.
        alarm = null;
        nanos = PoolClock.NEVER;
        try {
            if (newNanos != PoolClock.NEVER) {
                alarm = scheduler.schedule(newNanos, () -> changes.accept(() -> rang(newNanos)));
                nanos = newNanos;
            }
            if (before != null) {
                before.cancel();
            }
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    /** One that was replaced meanwhile has no effect. */
    private void rang(long setNanos) {
        if (nanos == setNanos) {
            alarm = null;
            nanos = PoolClock.NEVER;
        }
    }
}
