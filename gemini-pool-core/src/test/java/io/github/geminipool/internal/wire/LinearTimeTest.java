package io.github.geminipool.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.key.Secret;
import io.github.geminipool.key.Secrets;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Judging a body takes time linear in its size, whatever it contains. */
@Tag("alone")
class LinearTimeTest {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final AttemptContext ATTEMPT =
            new AttemptContext("Key #1", "project", "account", "model", Instant.parse("2026-10-15T12:00:00Z"));

    /** A key without its last character. */
    private static final String ALMOST = "AIzaSyB7-q2Kd9wXvTz_LmN4pRs8uYcEjHfGa3";

    private static final Secrets SECRET = Secrets.of(List.of(Secret.of(ALMOST + "Q")));
    private static final int SMALL = 16 * 1024;
    private static final int LARGE = 8 * SMALL;

    /** Maximum ratio of times for eight times the size; quadratic time would give 64. */
    private static final int MAX_RATIO = 20;

    /** Maximum nanoseconds for 128 KiB on a quiet machine, whatever the ratio. */
    private static final long GOAL = 6_000_000;

    private static Map<String, IntFunction<String>> worst() {
        Map<String, IntFunction<String>> bodies = new LinkedHashMap<>();
        bodies.put("brackets", n -> "[".repeat(n));
        bodies.put("braces", n -> "{\"error\":".repeat(n / 9));
        bodies.put("details", n -> "{\"error\":{\"code\":429,\"details\":[" + "{\"reason\":\"x\"},".repeat(n / 15));
        bodies.put("names", n -> "{\"error\":{" + names(n / 12) + "\"message\":\"x\"}}");
        bodies.put("quotes", n -> "{\"error\":{\"message\":\"" + "\\\"{".repeat(n / 3) + "\"}}");
        bodies.put("digits", n -> "{\"error\":{\"code\":" + "9".repeat(n) + "}}");
        bodies.put("blanks", n -> " ".repeat(n));
        bodies.put("sentences", n -> "retry in ".repeat(n / 9));
        bodies.put("almost the secret", n -> ALMOST.repeat(n / ALMOST.length()));
        bodies.put("backslashes", n -> "\\".repeat(n));
        bodies.put("percents", n -> inPercents(ALMOST).repeat(n / 3 / ALMOST.length()));
        String base64 = Base64.getUrlEncoder().encodeToString(ALMOST.getBytes(StandardCharsets.US_ASCII));
        bodies.put("base64", n -> base64.repeat(n / base64.length()));
        bodies.put("lines", n -> "a\n\n\n".repeat(n / 4));
        return bodies;
    }

    private static String inPercents(String text) {
        return text.chars().mapToObj(c -> String.format("%%%02X", c)).collect(Collectors.joining());
    }

    private static String names(int count) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < count; i++) {
            names.append("\"n").append(i).append("\":1,");
        }
        return names.toString();
    }

    private static long fastest(String body) {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            // CPU time of the thread: other load on the machine does not count.
            long start = THREADS.getCurrentThreadCpuTime();
            String masked = SECRET.maskInCut(body);
            ErrorClassifier.classify(429, masked, ATTEMPT);
            fastest = Math.min(fastest, THREADS.getCurrentThreadCpuTime() - start);
        }
        return fastest;
    }

    @Test
    void isEnoughForTheWorstBodies() {
        worst().forEach((name, ofSize) -> {
            String small = ofSize.apply(SMALL);
            String large = ofSize.apply(LARGE);
            for (int i = 0; i < 8; i++) {
                fastest(small);
            }
            // Shorter times cannot be measured reliably.
            long ofSmall = Math.max(fastest(small), 250_000);
            long ofLarge = fastest(large);
            System.out.printf("%s: 16 KiB %d µs, 128 KiB %d µs%n", name, ofSmall / 1_000, ofLarge / 1_000);
            assertThat(ofLarge).as(name).isLessThan(Math.max(MAX_RATIO * ofSmall, GOAL));
        });
    }
}
