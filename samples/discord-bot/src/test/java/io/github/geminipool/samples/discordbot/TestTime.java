package io.github.geminipool.samples.discordbot;

import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** Time that stands still until a test advances it. */
final class TestTime implements TimeSource {

    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

    private final AtomicLong nanos = new AtomicLong();

    void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Override
    public Instant now() {
        return START.plusNanos(nanos.get());
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public void await(Lock lock, Condition condition, long untilNanos) {
        throw new UnsupportedOperationException("The bot never waits");
    }
}
