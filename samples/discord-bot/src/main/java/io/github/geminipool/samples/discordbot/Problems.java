package io.github.geminipool.samples.discordbot;

import com.google.genai.errors.ApiException;
import com.google.genai.errors.GenAiIOException;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.spi.TimeSource;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Explains failures to users. */
@Component
class Problems {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    private final TimeSource time;

    Problems(TimeSource time) {
        this.time = time;
    }

    String inWords(Throwable failure, Words words) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof PoolExhaustedException exhausted) {
            return words.of("problem.exhausted", Timestamps.of(time.now().plus(exhausted.retryAfter())));
        }
        if (cause instanceof PoolClosedException) {
            return words.of("problem.closed");
        }
        if (cause instanceof ApiException refused) {
            return words.of("problem.refused", String.valueOf(refused.code()), refused.status());
        }
        if (cause instanceof GenAiIOException) {
            return words.of("problem.unreachable");
        }
        log.error("Command failed", cause);
        return words.of("problem.unexpected");
    }
}
