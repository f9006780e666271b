package io.github.geminipool.internal.time;

import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** Time that passes when a test says so, on the test's own thread, with the alarms that come due on the way. */
public final class VirtualTime implements TimeSource, Scheduler {

    /** Wall clock at the start: 05:00 in California, in daylight saving time. */
    public static final Instant START = Instant.parse("2026-10-15T12:00:00Z");

    /** Soon after the start {@link #nanoTime()} overflows, which a clock may do at any time. */
    private static final long ORIGIN = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    private final TreeSet<TestAlarm> alarms = new TreeSet<>();
    private final PoolClock clock = new PoolClock(this);
    private long passed;
    private long scheduled;

    /** The pool's clock on this time. */
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
        throw new AssertionError("nothing may wait in virtual time on one thread");
    }

    @Override
    public Alarm schedule(long atNanos, Runnable task) {
        TestAlarm alarm = new TestAlarm(atNanos, scheduled++, task);
        alarms.add(alarm);
        return () -> alarms.remove(alarm);
    }

    /** Lets time pass; alarms run at their own times. */
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

    /** How many alarms are pending. */
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
