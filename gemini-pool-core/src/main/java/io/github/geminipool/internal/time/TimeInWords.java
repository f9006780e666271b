package io.github.geminipool.internal.time;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Durations and instants as people say them: {@code 14 h 54 min}, {@code 08:00 UTC}. */
public final class TimeInWords {

    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DAYS = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    private TimeInWords() {}

    /** Returns a duration in its two largest units, rounded up; in milliseconds below a second. */
    public static String of(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return Math.max(0, duration.toMillis()) + " ms";
        }
        long seconds = duration.plusNanos(999_999_999).toSeconds();
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return two(seconds / 60, "min", seconds % 60, "s");
        }
        long minutes = (seconds + 59) / 60;
        return minutes < 24 * 60
                ? two(minutes / 60, "h", minutes % 60, "min")
                : two(minutes / (24 * 60), "d", (minutes / 60) % 24, "h");
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }

    /** Returns the time of day of an instant, with its date unless it is within a day, rounded up to a second. */
    public static String at(Instant instant, Instant now) {
        LocalDateTime time =
                LocalDateTime.ofEpochSecond(instant.plusNanos(999_999_999).getEpochSecond(), 0, ZoneOffset.UTC);
        boolean soon = Duration.between(now, instant).compareTo(Duration.ofDays(1)) < 0;
        return (soon ? time.getSecond() == 0 ? MINUTES : SECONDS : DAYS).format(time) + " UTC";
    }

    /** Returns how long it is until an instant, and when that is: {@code 14 h 54 min (08:00 UTC)}. */
    public static String until(Instant instant, Instant now) {
        Duration left = Duration.between(now, instant);
        return of(left.isNegative() ? Duration.ZERO : left) + " (" + at(instant, now) + ")";
    }
}
