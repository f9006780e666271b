package io.github.geminipool.spi;

import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

enum SystemTime implements TimeSource {
    INSTANCE;

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // The contract allows spurious returns; callers loop.
    public void await(Lock lock, Condition condition, long untilNanos) throws InterruptedException {
        if (untilNanos == Long.MAX_VALUE) {
            condition.await();
        } else {
            condition.awaitNanos(untilNanos - System.nanoTime());
        }
    }
}
