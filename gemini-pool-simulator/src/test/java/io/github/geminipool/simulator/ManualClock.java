package io.github.geminipool.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until a test advances it. */
final class ManualClock implements InstantSource {
    private volatile Instant now;

    ManualClock(String start) {
        now = Instant.parse(start);
    }

    @Override
    public Instant instant() {
        return now;
    }

    synchronized void advance(Duration duration) {
        now = now.plus(duration);
    }

    synchronized void set(String instant) {
        now = Instant.parse(instant);
    }
}
