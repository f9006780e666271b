package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Parses protobuf durations: seconds with up to nine decimals and an "s", such as {@code 45.837906927s}, and the variants
 * that gateways make of them.
 */
final class ProtobufDuration {

    private static final int MAX_LENGTH = 32;
    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(315_576_000_000L);
    private static final String PREFIX_IN_SENTENCE = "retry in ";

    private ProtobufDuration() {}

    /** Parses a text; returns null if it is not a duration from 0 to ten thousand years. */
    static @Nullable Duration parse(String text) {
        String stripped = text.strip();
        if (stripped.endsWith("ms")) {
            return seconds(stripped.substring(0, stripped.length() - 2), -3);
        }
        return stripped.endsWith("s") ? seconds(stripped.substring(0, stripped.length() - 1), 0) : null;
    }

    /** Parses a JSON value: a text with or without unit, a number of seconds, or an object with the seconds. */
    static @Nullable Duration parse(JsonNode json) {
        if (json.isObject()) {
            return parse(json.path("seconds"));
        }
        if (json.isNumber()) {
            double seconds = json.asDouble();
            return seconds >= 0 && seconds <= MAX_SECONDS.doubleValue()
                    ? Duration.ofMillis(Math.round(seconds * 1_000))
                    : null;
        }
        Duration withUnit = parse(json.asText(""));
        return withUnit != null ? withUnit : seconds(json.asText("").strip(), 0);
    }

    /** Returns the duration in a sentence such as {@code Please retry in 45.8s.}, in lower case; null without one. */
    static @Nullable Duration inSentence(String text) {
        int start = text.indexOf(PREFIX_IN_SENTENCE);
        if (start < 0) {
            return null;
        }
        int from = start + PREFIX_IN_SENTENCE.length();
        int end = from;
        while (end < text.length() && end - from < MAX_LENGTH && isDurationChar(text.charAt(end))) {
            end++;
        }
        String found = text.substring(from, end);
        return parse(found.endsWith(".") ? found.substring(0, found.length() - 1) : found);
    }

    private static boolean isDurationChar(char c) {
        return (c >= '0' && c <= '9') || c == '.' || c == 'm' || c == 's';
    }

    private static @Nullable Duration seconds(String number, int powerOfTen) {
        if (number.isEmpty() || number.length() >= MAX_LENGTH) {
            return null;
        }
        for (int i = 0; i < number.length(); i++) {
            char c = number.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                return null;
            }
        }
        try {
            BigDecimal seconds = new BigDecimal(number).scaleByPowerOfTen(powerOfTen);
            if (seconds.compareTo(MAX_SECONDS) > 0) {
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
