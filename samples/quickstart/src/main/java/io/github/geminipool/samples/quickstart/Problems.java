package io.github.geminipool.samples.quickstart;

import com.google.genai.errors.ApiException;
import com.google.genai.errors.GenAiIOException;
import io.github.geminipool.failure.GeminiPoolException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Turns failures into responses with a status and a plain-text message. */
@RestControllerAdvice
class Problems {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    @ExceptionHandler({
        InvalidRequestException.class,
        GeminiPoolException.class,
        ApiException.class,
        GenAiIOException.class
    })
    ResponseEntity<String> answer(RuntimeException failure) {
        Problem problem = Problem.of(failure);
        log.debug("Answered with {}", problem.status(), failure);
        ResponseEntity.BodyBuilder response =
                ResponseEntity.status(problem.status()).contentType(TEXT);
        if (problem.retryAfter() != null) {
            response.header(
                    HttpHeaders.RETRY_AFTER, String.valueOf(problem.retryAfter().toSeconds()));
        }
        return response.body(problem.message());
    }
}
