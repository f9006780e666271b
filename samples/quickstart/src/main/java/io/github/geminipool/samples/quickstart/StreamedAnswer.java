package io.github.geminipool.samples.quickstart;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GenerationSubscription;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Forwards a streamed answer: {@code text} events, then one {@code done} with the key and instance that served it, or
 * one {@code problem} with a message. It requests the next chunk when one has been sent: a slow client holds Gemini back.
 */
final class StreamedAnswer implements Flow.Subscriber<GenerateContentResponse> {

    private static final Logger log = LoggerFactory.getLogger(StreamedAnswer.class);

    private final SseEmitter emitter;
    private final DeferredResult<SseEmitter> response;
    private volatile @Nullable GenerationSubscription subscription;

    StreamedAnswer(SseEmitter emitter, Duration timeout) {
        this.emitter = emitter;
        this.response = new DeferredResult<>(timeout.toMillis());
    }

    /** Returns the emitter when the first chunk has come, or what failed before. */
    DeferredResult<SseEmitter> response() {
        return response;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = (GenerationSubscription) newSubscription;
        response.onTimeout(newSubscription::cancel);
        response.onError(e -> newSubscription.cancel());
        emitter.onTimeout(newSubscription::cancel);
        emitter.onError(e -> newSubscription.cancel());
        newSubscription.request(1);
    }

    private GenerationSubscription subscription() {
        return Objects.requireNonNull(subscription);
    }

    @Override
    public void onNext(GenerateContentResponse chunk) {
        response.setResult(emitter);
        if (send("text", Map.of("text", AnswerText.of(chunk).orElse("")))) {
            subscription().request(1);
        } else {
            subscription().cancel();
        }
    }

    @Override
    public void onError(Throwable e) {
        if (response.setErrorResult(e)) {
            return;
        }
        if (e instanceof RuntimeException problem) {
            send("problem", Map.of("message", Problem.of(problem).message()));
        }
        emitter.complete();
    }

    @Override
    public void onComplete() {
        response.setResult(emitter);
        send(
                "done",
                Map.of(
                        "key", Objects.requireNonNullElse(subscription().keyName(), ""),
                        "instance", subscription().instanceIndex()));
        emitter.complete();
    }

    /** Returns whether the client is still there. */
    private boolean send(String event, Map<String, ?> data) {
        try {
            emitter.send(SseEmitter.event().name(event).data(data));
            return true;
        } catch (IOException | IllegalStateException e) {
            log.debug("The client is gone, or the response timed out", e);
            return false;
        }
    }
}
