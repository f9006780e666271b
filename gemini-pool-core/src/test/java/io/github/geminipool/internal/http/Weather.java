package io.github.geminipool.internal.http;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How Gemini answers the attempts of one key. */
@FunctionalInterface
interface Weather {

    Weather FAIR = (nanos, random) -> Answer.WELL;

    /**
     * Returns the answer to an attempt.
     *
     * @param nanos when it begins
     */
    Answer at(long nanos, RandomGenerator random);

    /** Returns the weather in which every attempt is answered alike. */
    static Weather always(Answer answer) {
        return (nanos, random) -> answer;
    }

    /** Returns this weather for a share of the attempts, and fair weather for the others. */
    default Weather sometimes(double share) {
        return (nanos, random) -> random.nextDouble() < share ? at(nanos, random) : Answer.WELL;
    }

    /** Returns this weather until a time, and fair weather afterwards. */
    default Weather until(double seconds) {
        return (nanos, random) -> nanos < seconds * 1e9 ? at(nanos, random) : Answer.WELL;
    }

    /** Returns fair weather until a time, and this weather afterwards. */
    default Weather from(double seconds) {
        return (nanos, random) -> nanos < seconds * 1e9 ? Answer.WELL : at(nanos, random);
    }

    /** What an attempt gets. */
    enum Answer {
        WELL(200, 100, "{}"),
        INTERNAL(500, 60, error(500, "INTERNAL", "An internal error has occurred.")),
        BAD_GATEWAY(502, 60, "<html>502 Bad Gateway</html>"),
        OVERLOADED(503, 60, error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")),
        EXHAUSTED(429, 60, error(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).")),
        DENIED(403, 60, error(403, "PERMISSION_DENIED", "The caller does not have permission")),
        RESET(0, 20, null),
        /** Nothing arrives until the client gives up. */
        HANGS(0, 10_000, null);

        private final int status;
        private final long millis;
        private final @Nullable String body;

        Answer(int status, long millis, @Nullable String body) {
            this.status = status;
            this.millis = millis;
            this.body = body;
        }

        private static String error(int status, String name, String message) {
            return "{\"error\": {\"code\": " + status + ", \"message\": \"" + message + "\", \"status\": \"" + name
                    + "\"}}";
        }

        int status() {
            return status;
        }

        /** Returns the mean time that it takes. */
        long nanos() {
            return millis * 1_000_000;
        }

        String bodyOrThrow() throws IOException {
            if (body != null) {
                return body;
            }
            throw this == HANGS ? new SocketTimeoutException("timeout") : new SocketException("Connection reset");
        }
    }
}
