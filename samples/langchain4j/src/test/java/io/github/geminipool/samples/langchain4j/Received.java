package io.github.geminipool.samples.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Collects a stream's parts and its end. */
final class Received implements StreamingChatResponseHandler {

    private final List<String> parts = new CopyOnWriteArrayList<>();
    private final AtomicInteger ends = new AtomicInteger();
    private final CompletableFuture<String> whole = new CompletableFuture<String>().orTimeout(30, TimeUnit.SECONDS);
    private final Consumer<PartialResponseContext> atFirst;

    Received() {
        this(context -> {});
    }

    /**
     * Creates a handler that acts on the first part.
     *
     * @param atFirst the action, such as cancelling the stream
     */
    Received(Consumer<PartialResponseContext> atFirst) {
        this.atFirst = atFirst;
    }

    @Override
    public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
        parts.add(part.text());
        if (parts.size() == 1) {
            atFirst.accept(context);
        }
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
        ends.incrementAndGet();
        whole.complete(response.aiMessage().text());
    }

    @Override
    public void onError(Throwable error) {
        ends.incrementAndGet();
        whole.completeExceptionally(error);
    }

    List<String> parts() {
        return parts;
    }

    /** Waits for the complete answer. */
    String whole() {
        return whole.join();
    }

    /** Waits for the failure. */
    Throwable failure() {
        return whole.handle((answer, failure) -> {
                    if (failure == null) {
                        throw new AssertionError("Was complete: " + answer);
                    }
                    return failure;
                })
                .join();
    }

    int ends() {
        return ends.get();
    }
}
