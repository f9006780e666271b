package io.github.geminipool.internal.wire;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The text form of a protobuf duration: seconds with up to nine decimals and an "s", such as {@code 45.837906927s}. */
final class ProtobufDuration {

    private static final int LONGEST = 32;

    private ProtobufDuration() {}

    /** The duration, or null if the text is not one of 0 to ten thousand years. */
    static @Nullable Duration parse(String text) {
        String stripped = text.strip();
        if (stripped.length() < 2 || stripped.length() > LONGEST || !stripped.endsWith("s")) {
            return null;
        }
        for (int i = 0; i < stripped.length() - 1; i++) {
            char c = stripped.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                return null;
            }
        }
        try {
            BigDecimal seconds = new BigDecimal(stripped.substring(0, stripped.length() - 1));
            if (seconds.compareTo(BigDecimal.valueOf(315_576_000_000L)) > 0) {
                return null;
            }
            long whole = seconds.longValue();
            long nanos = seconds.subtract(BigDecimal.valueOf(whole))
                    .movePointRight(9)
                    .longValue();
            return Duration.ofSeconds(whole, nanos);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
