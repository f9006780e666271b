package io.github.geminipool.samples.springai;

import com.google.genai.errors.ApiException;
import io.github.geminipool.GeminiPool;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Explains failures to users. Spring AI wraps the exceptions of Google's SDK, so this looks at the cause. */
@RestControllerAdvice
class Problems {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    private final GeminiPool pool;
    private final String model;

    Problems(GeminiPool pool, @Value("${spring.ai.google.genai.chat.model}") String model) {
        this.pool = pool;
        this.model = model;
    }

    /**
     * A failure as shown to users.
     *
     * @param status HTTP status
     * @param message for the user
     * @param retryAfter when to try again, or null if unknown
     */
    record Problem(
            HttpStatus status, String message, @Nullable Duration retryAfter) {}

    @ExceptionHandler
    ResponseEntity<String> answer(RuntimeException failure) {
        log.warn("Could not answer", failure);
        Problem problem = of(failure);
        ResponseEntity.BodyBuilder response = ResponseEntity.status(problem.status());
        if (problem.retryAfter() != null) {
            response.header(
                    HttpHeaders.RETRY_AFTER, String.valueOf(problem.retryAfter().toSeconds()));
        }
        return response.body(problem.message());
    }

    Problem of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ApiException rejected) {
                return rejected.code() == HttpStatus.TOO_MANY_REQUESTS.value()
                        ? new Problem(
                                HttpStatus.TOO_MANY_REQUESTS,
                                "All keys are busy or out of quota. Please try again later.",
                                pool.nextAvailability(model))
                        : new Problem(
                                HttpStatus.BAD_GATEWAY, "Gemini rejected the request (" + rejected.code() + ").", null);
            }
        }
        return new Problem(HttpStatus.INTERNAL_SERVER_ERROR, "Something went wrong; see the application's log.", null);
    }
}
