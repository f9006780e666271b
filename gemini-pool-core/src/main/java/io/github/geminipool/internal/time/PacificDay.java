package io.github.geminipool.internal.time;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/** The day of Gemini's quotas, which is that of the Pacific coast, daylight saving included. */
public final class PacificDay {

    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");

    private PacificDay() {}

    /** The midnight at which the day of an instant ends. */
    public static Instant endAfter(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, PACIFIC);
        return today.plusDays(1).atStartOfDay(PACIFIC).toInstant();
    }
}
