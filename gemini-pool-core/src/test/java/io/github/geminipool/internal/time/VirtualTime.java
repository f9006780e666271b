package io.github.geminipool.internal.time;

import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** Time that a test advances; alarms that come due run on the test's thread. */
public final class VirtualTime implements TimeSource, Scheduler {

    /** The wall clock at the start: 05:00 in California, daylight saving time. */
    public static final Instant START = Instant.parse("2026-10-15T12:00:00Z");

    /** Makes {@link #nanoTime()} overflow soon after the start, as any clock may. */
    private static final long ORIGIN = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    private final TreeSet<TestAlarm> alarms = new TreeSet<>();
    private final PoolClock clock = new PoolClock(this);
    private long passed;
    private long scheduled;

    /** Returns a pool's clock that follows this time. */
    public PoolClock clock() {
        return clock;
    }

    @Override
    public Instant now() {
        return START.plusNanos(passed);
    }

    @Override
    public long nanoTime() {
        return ORIGIN + passed;
    }

    @Override
    public void await(Lock lock, Condition condition, long untilNanos) {
        throw new AssertionError("Nothing may block in virtual time: it passes on this thread");
    }

    @Override
    public Alarm schedule(long atNanos, Runnable task) {
        TestAlarm alarm = new TestAlarm(atNanos, scheduled++, task);
        alarms.add(alarm);
        return () -> alarms.remove(alarm);
    }

    /** Advances the time; alarms on the way run at their times. */
    public void advance(Duration duration) {
        long target = passed + duration.toNanos();
        while (!alarms.isEmpty() && alarms.first().at <= target) {
            TestAlarm due = alarms.first();
            alarms.remove(due);
            passed = Math.max(passed, due.at);
            due.task.run();
        }
        passed = target;
    }

    /** Returns the number of pending alarms. */
    public int alarms() {
        return alarms.size();
    }

    private record TestAlarm(long at, long order, Runnable task) implements Comparable<TestAlarm> {

        @Override
        public int compareTo(TestAlarm other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }
}
