package io.github.geminipool.samples.quickstart;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationStream;
import java.time.Duration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Streams the answer to a prompt as server-sent events. */
@RestController
class StreamController {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final GeminiPool pool;
    private final Conversations conversations;
    private final AsyncTaskExecutor executor;

    StreamController(GeminiPool pool, Conversations conversations, AsyncTaskExecutor executor) {
        this.pool = pool;
        this.conversations = conversations;
        this.executor = executor;
    }

    @GetMapping("/stream")
    SseEmitter stream(@RequestParam("prompt") String prompt) {
        return send(pool.generateContentStream(Prompt.request(prompt)));
    }

    @PostMapping("/chat/{id}/stream")
    SseEmitter stream(@PathVariable("id") String id, @RequestParam("prompt") String prompt) {
        return send(conversations.of(id).sendStream(Prompt.request(prompt)));
    }

    /** The stream already has its first chunk, so an earlier failure was reported with a proper HTTP status. */
    private SseEmitter send(GenerationStream stream) {
        SseEmitter emitter = new SseEmitter(TIMEOUT.toMillis());
        try {
            executor.execute(new StreamedAnswer(stream, emitter));
        } catch (RuntimeException e) {
            stream.close();
            throw e;
        }
        return emitter;
    }
}
