package io.github.geminipool.samples.quickstart;

import com.google.genai.errors.ApiException;
import com.google.genai.errors.GenAiIOException;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.failure.PoolExhaustedException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A failure as shown to users.
 *
 * @param status HTTP status
 * @param message for the user
 * @param retryAfter when to try again, or null if unknown
 */
record Problem(int status, String message, @Nullable Duration retryAfter) {

    static Problem of(RuntimeException failure) {
        if (failure instanceof InvalidRequestException invalid) {
            return new Problem(400, String.valueOf(invalid.getMessage()), null);
        }
        if (failure instanceof PoolExhaustedException exhausted) {
            return new Problem(
                    429,
                    "All keys are busy or out of quota. Please try again in " + inWords(exhausted.retryAfter()) + ".",
                    exhausted.retryAfter());
        }
        if (failure instanceof PoolClosedException) {
            return new Problem(503, "The application is shutting down.", null);
        }
        if (failure instanceof ApiException rejected) {
            return new Problem(
                    502, "Gemini rejected the request (" + rejected.code() + " " + rejected.status() + ").", null);
        }
        if (failure instanceof GenAiIOException) {
            return new Problem(502, "Gemini could not be reached, or its response was cut off.", null);
        }
        return new Problem(500, "Something went wrong; see the application's log.", null);
    }

    private static String inWords(Duration time) {
        if (time.toMinutes() < 2) {
            return time.toSeconds() + " s";
        }
        return time.toHours() < 2 ? time.toMinutes() + " minutes" : time.toHours() + " hours";
    }
}
