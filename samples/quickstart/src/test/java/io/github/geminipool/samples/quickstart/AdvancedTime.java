package io.github.geminipool.samples.quickstart;

import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** This machine's time, which a test can put forward. Who waits at that moment goes on to wait. */
final class AdvancedTime implements TimeSource, InstantSource {

    private final AtomicLong aheadNanos = new AtomicLong();

    void advance(Duration duration) {
        aheadNanos.addAndGet(duration.toNanos());
    }

    @Override
    public Instant now() {
        return instant();
    }

    @Override
    public Instant instant() {
        return Instant.now().plusNanos(aheadNanos.get());
    }

    @Override
    public long nanoTime() {
        return System.nanoTime() + aheadNanos.get();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // Callers loop.
    public void await(Lock lock, Condition condition, long untilNanos) throws InterruptedException {
        if (untilNanos == Long.MAX_VALUE) {
            condition.await();
        } else {
            condition.awaitNanos(untilNanos - nanoTime());
        }
    }
}
