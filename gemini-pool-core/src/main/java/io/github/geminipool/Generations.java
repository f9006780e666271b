package io.github.geminipool;

import com.google.genai.Client;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.Tool;
import io.github.geminipool.failure.FailedAttempt;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.internal.call.PoolCall;
import io.github.geminipool.internal.http.PooledHttpClient;
import io.github.geminipool.internal.instance.Placement;
import io.github.geminipool.spi.CallOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the calls for requests, chats and batches through Google's SDK. Thread-safe. */
final class Generations {

    private final PooledHttpClient http;
    private final Client client;
    private final String defaultModel;
    private final FlexUpgrade upgrade;

    Generations(PooledHttpClient http, Client client, String defaultModel) {
        this.http = http;
        this.client = client;
        this.defaultModel = defaultModel;
        this.upgrade = new FlexUpgrade(http);
    }

    PoolCall begin(CallOptions options) {
        return http.begin(options);
    }

    /** Restarts the clock of a call that begins only now. */
    void beginsNow(PoolCall call) {
        http.beginsNow(call);
    }

    <T extends @Nullable Object, X extends Throwable> T within(CallOptions options, Block<T, X> block) throws X {
        Runnable end = http.within(Objects.requireNonNull(options, "options"));
        try {
            return block.run();
        } finally {
            end.run();
        }
    }

    void within(CallOptions options, Runnable block) {
        Runnable end = http.within(Objects.requireNonNull(options, "options"));
        try {
            block.run();
        } finally {
            end.run();
        }
    }

    /** Chooses a key and an instance for a new chat; null if none can be used. */
    @Nullable
    Placement place(String model) {
        return http.place(model);
    }

    /**
     * Records that a call begins to wait for something other than a lease.
     *
     * @param config the configuration of its request, which may set a timeout
     * @param tooLate runs when the call has waited as long as it may
     * @param refuse runs if the pool is closed meanwhile
     * @return ends the wait; must be run when it is over, for whatever reason
     */
    Runnable waiting(PoolCall call, @Nullable GenerateContentConfig config, Runnable tooLate, Runnable refuse) {
        return http.waiting(call, timeoutOf(config), tooLate, refuse);
    }

    /** Returns whether such a wait has gone on for longer than it may. */
    boolean isOverdue(PoolCall call, @Nullable GenerateContentConfig config) {
        return http.isOverdue(call, timeoutOf(config));
    }

    private static Duration timeoutOf(@Nullable GenerateContentConfig config) {
        int millis = config == null
                ? 0
                : config.httpOptions().flatMap(HttpOptions::timeout).orElse(0);
        return Duration.ofMillis(millis);
    }

    /** Runs a task on a worker of the pool, or on the calling thread if no worker can be started or the pool is closed. */
    void run(Runnable task) {
        try {
            http.workers().execute(task);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            task.run();
        }
    }

    /**
     * Runs a task on a worker of the pool.
     *
     * @throws PoolClosedException if the pool is closed
     */
    void execute(Runnable task) {
        try {
            http.workers().execute(task);
        } catch (RejectedExecutionException e) {
            throw new PoolClosedException();
        }
    }

    Duration elapsed(PoolCall call) {
        return http.elapsed(call);
    }

    /**
     * Watches for the garbage collection of a stream before its end.
     *
     * @param action runs when the stream is unreachable; must not refer to the stream
     * @return ends the watch; to be run when the stream ends
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

    /** Makes a call on the calling thread. */
    GenerateContentResponse generate(PoolCall call, GenerationRequest request) {
        return upgrade.run(call, request, sent -> send(call, sent));
    }

    private GenerateContentResponse send(PoolCall call, GenerationRequest request) {
        try {
            return http.as(
                    call, () -> client.models.generateContent(modelOf(request), request.contents(), request.config()));
        } catch (RuntimeException e) {
            throw thrown(call, e);
        }
    }

    /** Makes a call on the calling thread; a failure is part of the result. */
    GenerationResult tryGenerate(PoolCall call, GenerationRequest request) {
        GenerateContentResponse response;
        try {
            response = generate(call, request);
        } catch (RuntimeException e) {
            return result(call, null, e);
        }
        return result(call, response, null);
    }

    /** Starts a call that blocks no thread while it waits. The future never fails: a failure is part of the result. */
    CompletableFuture<GenerationResult> start(PoolCall call, GenerationRequest request) {
        return upgrade.start(call, request, sent -> sendAsync(call, sent));
    }

    private CompletableFuture<GenerationResult> sendAsync(PoolCall call, GenerationRequest request) {
        // With function calls, the SDK continues on threads that do not know this call.
        return callsFunctions(request.config())
                ? startOnWorker(call, request)
                : resultOf(
                        call,
                        () -> http.as(
                                call,
                                () -> client.async.models.generateContent(
                                        modelOf(request), request.contents(), request.config())));
    }

    /** Starts a call on a worker, which blocks until it ends. The future never fails: a failure is part of the result. */
    private CompletableFuture<GenerationResult> startOnWorker(PoolCall call, GenerationRequest request) {
        return resultOf(call, () -> {
            try {
                return CompletableFuture.supplyAsync(() -> send(call, request), http.workers());
            } catch (RejectedExecutionException e) {
                throw new PoolClosedException();
            }
        });
    }

    private CompletableFuture<GenerationResult> resultOf(
            PoolCall call, Supplier<CompletableFuture<GenerateContentResponse>> start) {
        CompletableFuture<GenerateContentResponse> started;
        call.opened();
        try {
            started = start.get();
        } catch (RuntimeException e) {
            call.closed();
            return CompletableFuture.completedFuture(result(call, null, thrown(call, e)));
        }
        // The SDK's futures complete on a thread that all of them share, and callbacks may block it.
        return started.handleAsync(
                (response, e) -> {
                    call.closed();
                    return e == null ? result(call, response, null) : result(call, null, thrown(call, unwrapped(e)));
                },
                this::run);
    }

    private static boolean callsFunctions(@Nullable GenerateContentConfig config) {
        List<Tool> tools = config == null ? List.of() : config.tools().orElse(List.of());
        return tools.stream()
                .anyMatch(tool -> !tool.functions().orElse(List.of()).isEmpty());
    }

    /** Starts a streamed call; returns when the first part has come. */
    GenerationStream stream(PoolCall call, GenerationRequest request, StreamListener listener) {
        return upgrade.run(call, request, sent -> open(call, sent, listener));
    }

    private GenerationStream open(PoolCall call, GenerationRequest request, StreamListener listener) {
        call.takeMarkers();
        try {
            var stream = http.as(
                    call,
                    () -> client.models.generateContentStream(modelOf(request), request.contents(), request.config()));
            return new GenerationStream(stream, call, this, listener);
        } catch (RuntimeException e) {
            throw thrown(call, e);
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

    /** Runs code of the SDK that may make further HTTP calls as parts of a call. */
    <T> T as(PoolCall call, Supplier<T> body) {
        return http.as(call, body);
    }

    /** Returns what the caller gets: the pool's own exception if the pool refused the call, else the SDK's. */
    static RuntimeException thrown(PoolCall call, RuntimeException e) {
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
