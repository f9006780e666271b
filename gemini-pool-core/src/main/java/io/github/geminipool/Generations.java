package io.github.geminipool;

import com.google.genai.Client;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.Tool;
import io.github.geminipool.failure.FailedAttempt;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.internal.http.PoolCall;
import io.github.geminipool.internal.http.PooledHttpClient;
import io.github.geminipool.spi.CallOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How the facade makes calls, the same way for requests, chats and batches: through the SDK, as parts of a call. */
final class Generations {

    private final PooledHttpClient http;
    private final Client client;
    private final String defaultModel;

    Generations(PooledHttpClient http, Client client, String defaultModel) {
        this.http = http;
        this.client = client;
        this.defaultModel = defaultModel;
    }

    PoolCall begin(CallOptions options) {
        return http.begin(options);
    }

    /**
     * A call begins to wait for something else than an instance.
     *
     * @param config of its request, which may limit its time
     * @param tooLate is run when it has waited as long as it may
     * @param refuse is run if the pool is closed meanwhile
     * @return to be run when the wait is over, in whatever way
     */
    Runnable waiting(PoolCall call, @Nullable GenerateContentConfig config, Runnable tooLate, Runnable refuse) {
        return http.waiting(call, timeoutOf(config), tooLate, refuse);
    }

    private static Duration timeoutOf(@Nullable GenerateContentConfig config) {
        int millis = config == null
                ? 0
                : config.httpOptions().flatMap(HttpOptions::timeout).orElse(0);
        return Duration.ofMillis(millis);
    }

    /** Runs something on a thread of the pool; on this one where none can be had, or the pool is closed. */
    void run(Runnable task) {
        try {
            http.workers().execute(task);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            task.run();
        }
    }

    Duration elapsed(PoolCall call) {
        return http.elapsed(call);
    }

    /**
     * Watches a stream.
     *
     * @param action is run when nobody refers to the stream any more; must not refer to it either
     * @return to be run when that may happen
     */
    Runnable whenLost(GenerationStream stream, Runnable action) {
        return http.whenLost(stream, action);
    }

    String defaultModel() {
        return defaultModel;
    }

    String modelOf(GenerationRequest request) {
        return request.model() == null ? defaultModel : request.model();
    }

    /** Answers a request on the calling thread. */
    GenerateContentResponse generate(PoolCall call, GenerationRequest request) {
        try {
            return http.as(
                    call, () -> client.models.generateContent(modelOf(request), request.contents(), request.config()));
        } catch (RuntimeException e) {
            throw told(call, e);
        }
    }

    /** Answers a request without a thread that waits; the future never fails. */
    CompletableFuture<GenerationResult> start(PoolCall call, GenerationRequest request) {
        // The SDK goes on with a call that calls functions on threads that know nothing of this one.
        return callsFunctions(request.config())
                ? startOnWorker(call, request)
                : resultOf(
                        call,
                        () -> http.as(
                                call,
                                () -> client.async.models.generateContent(
                                        modelOf(request), request.contents(), request.config())));
    }

    /**
     * Answers a request on a thread of its own, which waits; the future never fails. The SDK's asynchronous form would
     * start several threads for it one after the other, which takes several times as long as the call.
     */
    CompletableFuture<GenerationResult> startOnWorker(PoolCall call, GenerationRequest request) {
        return resultOf(call, () -> {
            try {
                return CompletableFuture.supplyAsync(() -> generate(call, request), http.workers());
            } catch (RejectedExecutionException e) {
                throw new PoolClosedException();
            }
        });
    }

    private CompletableFuture<GenerationResult> resultOf(
            PoolCall call, Supplier<CompletableFuture<GenerateContentResponse>> answer) {
        CompletableFuture<GenerateContentResponse> started;
        try {
            started = answer.get();
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(result(call, null, told(call, e)));
        }
        return started.handle((response, e) ->
                e == null ? result(call, response, null) : result(call, null, told(call, unwrapped(e))));
    }

    private static boolean callsFunctions(@Nullable GenerateContentConfig config) {
        List<Tool> tools = config == null ? List.of() : config.tools().orElse(List.of());
        return tools.stream()
                .anyMatch(tool -> !tool.functions().orElse(List.of()).isEmpty());
    }

    /** Answers a request as it comes; returns when the first part is there. */
    GenerationStream stream(PoolCall call, GenerationRequest request, StreamListener listener) {
        try {
            var stream = http.as(
                    call,
                    () -> client.models.generateContentStream(modelOf(request), request.contents(), request.config()));
            return new GenerationStream(stream, call.lastLease(), listener);
        } catch (RuntimeException e) {
            throw told(call, e);
        }
    }

    GenerationResult result(
            PoolCall call, @Nullable GenerateContentResponse response, @Nullable RuntimeException failure) {
        return new GenerationResult(
                response,
                failure,
                call.attempts(),
                call.decisions(),
                Duration.ofNanos(call.waitedNanos()),
                http.elapsed(call));
    }

    /** What the caller is told: the pool's own exception where the pool refused, else the SDK's. */
    private static RuntimeException told(PoolCall call, RuntimeException e) {
        RuntimeException refusal = call.refusal();
        if (refusal != null) {
            return refusal;
        }
        Failure failure = call.lastFailure();
        return failure == null ? e : FailedAttempt.beside(e, failure);
    }

    private static RuntimeException unwrapped(Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        return cause instanceof RuntimeException runtime ? runtime : new CompletionException(cause);
    }
}
