package io.github.geminipool.internal.time;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/** The day of Gemini's daily quotas: from midnight to midnight Pacific time, daylight saving included. */
public final class PacificDay {

    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");

    private PacificDay() {}

    /** Returns the first midnight after an instant. */
    public static Instant endAfter(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, PACIFIC);
        return today.plusDays(1).atStartOfDay(PACIFIC).toInstant();
    }
}
