package io.github.geminipool.autoconfigure.reactive;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;

/** The calls of a {@link GeminiPool} for applications that use Project Reactor, such as those on WebFlux. Thread-safe. */
public final class ReactiveGeminiPool {

    private final GeminiPool pool;

    /** Creates an instance for a pool. */
    public ReactiveGeminiPool(GeminiPool pool) {
        this.pool = pool;
    }

    /** Streams a response to a prompt with the default model; see {@link #generateContentStream(GenerationRequest)}. */
    public Flux<GenerateContentResponse> generateContentStream(String prompt) {
        return generateContentStream(GenerationRequest.of(prompt));
    }

    /**
     * Streams a response to a request. Each subscriber gets a call of its own, which never blocks the subscriber's thread. No more
     * parts are read than it requests. Cancelling the subscription ends the call on the wire and releases its instance at once.
     */
    public Flux<GenerateContentResponse> generateContentStream(GenerationRequest request) {
        return JdkFlowAdapter.flowPublisherToFlux(pool.generateContentPublisher(request));
    }
}
