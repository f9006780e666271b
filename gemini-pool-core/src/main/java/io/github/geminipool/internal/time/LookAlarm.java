package io.github.geminipool.internal.time;

import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The alarm at which an owner looks again at what waits. Not thread-safe. */
public final class LookAlarm {

    private final Scheduler scheduler;
    private final LongConsumer whenDue;
    private Scheduler.@Nullable Alarm alarm;
    private long nanos = PoolClock.NEVER;

    /**
     * Creates an alarm that is not set.
     *
     * @param whenDue gets the time for which the alarm was set; runs without the lock, and is to call {@link #rang}
     */
    public LookAlarm(Scheduler scheduler, LongConsumer whenDue) {
        this.scheduler = scheduler;
        this.whenDue = whenDue;
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
                alarm = scheduler.schedule(newNanos, () -> whenDue.accept(newNanos));
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

    /** Records that an alarm has rung; one that was replaced meanwhile has no effect. */
    public void rang(long setNanos) {
        if (nanos == setNanos) {
            alarm = null;
            nanos = PoolClock.NEVER;
        }
    }
}
