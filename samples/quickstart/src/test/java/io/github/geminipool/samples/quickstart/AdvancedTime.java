package io.github.geminipool.samples.quickstart;

import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** Time that runs faster by a factor and can be advanced. Advancing does not wake up waiting threads. */
final class AdvancedTime implements TimeSource, InstantSource {

    private final Instant start = Instant.now();
    private final long startNanos = System.nanoTime();
    private final AtomicLong aheadNanos = new AtomicLong();
    private final int pace;

    AdvancedTime(int pace) {
        this.pace = pace;
    }

    void advance(Duration duration) {
        aheadNanos.addAndGet(duration.toNanos());
    }

    @Override
    public Instant now() {
        return instant();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanoTime());
    }

    /** Returns the nanoseconds since this object was created. */
    @Override
    public long nanoTime() {
        return (System.nanoTime() - startNanos) * pace + aheadNanos.get();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // Callers loop.
    public void await(Lock lock, Condition condition, long untilNanos) throws InterruptedException {
        if (untilNanos == Long.MAX_VALUE) {
            condition.await();
        } else {
            condition.awaitNanos((untilNanos - nanoTime()) / pace);
        }
    }
}
