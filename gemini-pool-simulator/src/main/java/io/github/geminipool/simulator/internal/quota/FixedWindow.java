package io.github.geminipool.simulator.internal.quota;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/** Clock minutes, or days in Los Angeles: usage drops to zero at the end of each. */
final class FixedWindow implements Window {
    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");

    private final ChronoUnit unit;
    private Instant ends = Instant.MIN;
    private long used;

    FixedWindow(ChronoUnit unit) {
        this.unit = unit;
    }

    @Override
    public long used(Instant now) {
        if (!now.isBefore(ends)) {
            // By local date, so that days of 23 or 25 hours also end at midnight.
            ZonedDateTime start = now.atZone(PACIFIC).truncatedTo(unit);
            ends = start.plus(1, unit).toInstant();
            used = 0;
        }
        return used;
    }

    @Override
    public void add(Instant now, long amount) {
        used = used(now) + amount;
    }

    @Override
    public Duration untilRoom(Instant now, long amount, long limit) {
        return used(now) + amount <= limit ? Duration.ZERO : Duration.between(now, ends);
    }
}
