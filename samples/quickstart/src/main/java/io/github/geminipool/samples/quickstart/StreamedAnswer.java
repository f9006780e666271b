package io.github.geminipool.samples.quickstart;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GenerationStream;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Sends an answer while it comes: events {@code text}, then one {@code done} with the key and the instance that served
 * it, or one {@code problem} with a message.
 */
final class StreamedAnswer implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(StreamedAnswer.class);

    private final GenerationStream stream;
    private final SseEmitter emitter;

    StreamedAnswer(GenerationStream stream, SseEmitter emitter) {
        this.stream = stream;
        this.emitter = emitter;
    }

    @Override
    public void run() {
        try (stream) {
            send();
            emitter.complete();
        } catch (IOException | IllegalStateException e) {
            // The client left, or the response timed out: closing the stream ends the call at Gemini too.
            log.debug("Nobody is listening any more", e);
        }
    }

    private void send() throws IOException {
        try {
            for (GenerateContentResponse piece : stream) {
                send("text", Map.of("text", AnswerText.of(piece).orElse("")));
            }
            send(
                    "done",
                    Map.of(
                            "key", Objects.requireNonNullElse(stream.keyName(), ""),
                            "instance", stream.instanceIndex()));
        } catch (RuntimeException e) {
            send("problem", Map.of("message", Problem.of(e).message()));
        }
    }

    private void send(String event, Map<String, ?> data) throws IOException {
        emitter.send(SseEmitter.event().name(event).data(data));
    }
}
