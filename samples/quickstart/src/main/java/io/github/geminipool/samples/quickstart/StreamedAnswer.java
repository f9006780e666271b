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
 * Forwards a streamed answer: {@code text} events, then one {@code done} with the key and instance that served it, or
 * one {@code problem} with a message.
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
            // The client disconnected or the response timed out; closing the stream also ends the call to Gemini.
            log.debug("The client is gone", e);
        }
    }

    private void send() throws IOException {
        try {
            for (GenerateContentResponse chunk : stream) {
                send("text", Map.of("text", AnswerText.of(chunk).orElse("")));
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
