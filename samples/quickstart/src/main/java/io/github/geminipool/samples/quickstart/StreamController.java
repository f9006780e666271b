package io.github.geminipool.samples.quickstart;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import java.time.Duration;
import java.util.concurrent.Flow;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Streams the answer to a prompt as server-sent events. */
@RestController
class StreamController {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final GeminiPool pool;
    private final Conversations conversations;

    StreamController(GeminiPool pool, Conversations conversations) {
        this.pool = pool;
        this.conversations = conversations;
    }

    @GetMapping("/stream")
    DeferredResult<SseEmitter> stream(@RequestParam("prompt") String prompt) {
        return send(pool.generateContentPublisher(Prompt.request(prompt)));
    }

    @PostMapping("/chat/{id}/stream")
    DeferredResult<SseEmitter> stream(@PathVariable("id") String id, @RequestParam("prompt") String prompt) {
        return send(conversations.of(id).sendPublisher(Prompt.request(prompt)));
    }

    /** The response begins with the first chunk, so that an earlier failure is reported with a proper HTTP status. */
    private static DeferredResult<SseEmitter> send(Flow.Publisher<GenerateContentResponse> chunks) {
        StreamedAnswer answer = new StreamedAnswer(new SseEmitter(TIMEOUT.toMillis()), TIMEOUT);
        chunks.subscribe(answer);
        return answer.response();
    }
}
