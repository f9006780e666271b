package io.github.geminipool;

import com.google.genai.Client;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.internal.assembly.PoolAssembly;
import io.github.geminipool.internal.call.PoolCall;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.shared.SharedFacts;
import io.github.geminipool.internal.stream.PullPublisher;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.stats.KeyDecision;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.stats.PoolHistory;
import io.github.geminipool.stats.PoolStats;
import io.github.geminipool.stats.ReplicaStats;
import io.github.geminipool.stats.SharingStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * A pool of Gemini API keys. It balances all calls over its keys, fails over to another key if one is rejected or out of quota, and
 * retries after overload, server errors and network failures. That goes for the methods of this class, for Google's SDK through
 * {@link #client()}, and for other libraries through {@link #httpClient()}.
 *
 * <pre>{@code
 * try (GeminiPool pool = GeminiPool.builder().key(first).key(second).build()) {
 *     System.out.println(pool.generateContent("Why is the sky blue?").text());
 * }
 * }</pre>
 *
 * <p>Thread-safe; use one pool for the whole application. Calls throw the exceptions of Google's SDK: {@link
 * com.google.genai.errors.ApiException} for an error response, {@link com.google.genai.errors.GenAiIOException} if there was none.
 * If the pool itself refuses a call, they throw {@link io.github.geminipool.failure.PoolExhaustedException} or {@link
 * PoolClosedException}. No exception contains a secret.
 */
public final class GeminiPool implements AutoCloseable {

    private static final Duration GRACE_PERIOD = Duration.ofSeconds(30);

    private final PoolAssembly parts;
    private final PoolKeys keys;
    private final Generations calls;

    GeminiPool(PoolAssembly parts) {
        this.parts = parts;
        this.keys = new PoolKeys(parts.keys);
        this.calls = new Generations(parts.http, parts.client, parts.settings.defaultModel());
    }

    /** Returns a builder for a pool. */
    public static GeminiPoolBuilder builder() {
        return new GeminiPoolBuilder();
    }

    /** Generates a response to a prompt with the default model. */
    public GenerateContentResponse generateContent(String prompt) {
        return generateContent(GenerationRequest.of(prompt));
    }

    /** Generates a response to a request, and waits until it is complete. */
    public GenerateContentResponse generateContent(GenerationRequest request) {
        return calls.generate(calls.begin(request.options()), request);
    }

    /** Generates a response to a request. A failure is part of the result instead of being thrown. */
    public GenerationResult tryGenerateContent(GenerationRequest request) {
        PoolCall call = calls.begin(request.options());
        return calls.tryGenerate(call, request);
    }

    /** Generates a response to a prompt with the default model, without blocking the calling thread. */
    public CompletableFuture<GenerateContentResponse> generateContentAsync(String prompt) {
        return generateContentAsync(GenerationRequest.of(prompt));
    }

    /**
     * Generates a response to a request, without blocking the calling thread. Cancelling the future cancels the call.
     *
     * <pre>{@code
     * CompletableFuture<Void> answer =
     *         pool.generateContentAsync(request).thenAccept(response -> out.println(response.text()));
     * }</pre>
     *
     * @return a future that fails with the exceptions that {@link #generateContent(GenerationRequest)} throws
     */
    public CompletableFuture<GenerateContentResponse> generateContentAsync(GenerationRequest request) {
        PoolCall call = calls.begin(request.options());
        return PooledFuture.following(calls.start(call, request).thenApply(GenerationResult::orThrow), call);
    }

    /**
     * Generates a response to a request, without blocking the calling thread. Cancelling the future cancels the call.
     *
     * @return a future that never fails, unless it is cancelled: a failure is part of the result
     */
    public CompletableFuture<GenerationResult> tryGenerateContentAsync(GenerationRequest request) {
        PoolCall call = calls.begin(request.options());
        return PooledFuture.following(calls.start(call, request), call);
    }

    /** Generates a streamed response to a prompt with the default model. */
    public GenerationStream generateContentStream(String prompt) {
        return generateContentStream(GenerationRequest.of(prompt));
    }

    /**
     * Generates a streamed response to a request; returns when its first part has come. Until then, failures lead to failover and
     * retries, as for all calls; after that, the stream throws them.
     *
     * @return the stream; the caller must close it
     */
    public GenerationStream generateContentStream(GenerationRequest request) {
        return calls.stream(calls.begin(request.options()), request, StreamListener.NONE);
    }

    /** Publishes a streamed response to a prompt with the default model. */
    public Flow.Publisher<GenerateContentResponse> generateContentPublisher(String prompt) {
        return generateContentPublisher(GenerationRequest.of(prompt));
    }

    /**
     * Publishes a streamed response to a request. Each subscriber gets a call of its own, which begins with its first request for
     * parts: its deadline counts from then. Its options are those of the subscribing thread. No more parts are read than the
     * subscriber requests, so that a slow one holds the server back; cancelling the subscription ends the call on the wire and
     * releases its instance at once.
     *
     * <p>The subscriber's threads are not blocked. While requested parts have not come, one of the pool's threads waits for them,
     * of the same kind as for asynchronous calls ({@link GeminiPoolBuilder#virtualThreads(boolean)}). Reactor's {@code
     * JdkFlowAdapter} turns the publisher into a {@code Flux}.
     *
     * @return a publisher whose subscriptions are {@link GenerationSubscription}s; it signals the exceptions that
     *     {@link #generateContentStream(GenerationRequest)} and its stream throw
     */
    public Flow.Publisher<GenerateContentResponse> generateContentPublisher(GenerationRequest request) {
        Objects.requireNonNull(request, "request");
        return new PullPublisher<>(
                () -> {
                    PoolCall call = calls.begin(request.options());
                    return new PulledStream(call, () -> {
                        calls.beginsNow(call);
                        return calls.stream(call, request, StreamListener.NONE);
                    });
                },
                calls::execute);
    }

    /** Creates a chat with the default model; see {@link #createChat(String)}. */
    public PooledChat createChat() {
        return new PooledChat(calls, null, null, calls.place(calls.defaultModel()));
    }

    /**
     * Creates a chat with a model. This sends nothing, but chooses the key and the instance that would serve a call now: {@link
     * PooledChat#keyName()} and {@link PooledChat#instanceIndex()} return them at once, and the first message prefers that key's
     * project.
     */
    public PooledChat createChat(String model) {
        return new PooledChat(calls, model, null, calls.place(Objects.requireNonNull(model, "model")));
    }

    /** Creates a chat with a model, and a configuration for all its messages; see {@link #createChat(String)}. */
    public PooledChat createChat(String model, GenerateContentConfig config) {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(config, "config");
        return new PooledChat(calls, model, config, calls.place(model));
    }

    /** Runs many requests; see {@link #generateAll(List, Consumer)}. */
    public List<GenerationResult> generateAll(List<GenerationRequest> requests) {
        return all(requests, generateAll(requests.iterator()));
    }

    /**
     * Runs many requests and waits for all of them. A model never has more requests running than its pool has instances. Failed
     * requests do not affect the others.
     *
     * <pre>{@code
     * List<GenerationRequest> requests = prompts.map(GenerationRequest::of).toList();
     * List<GenerationResult> results = pool.generateAll(requests, p -> bar.update(p.done(), p.total()));
     * }</pre>
     *
     * @param progress called on the calling thread whenever more requests are done
     * @return the results in the order of the requests
     * @throws PoolClosedException if the pool is closed before all are done
     * @throws java.util.concurrent.CancellationException if the calling thread is interrupted
     */
    public List<GenerationResult> generateAll(
            List<GenerationRequest> requests, Consumer<? super BatchProgress> progress) {
        return all(
                requests,
                generateAll(requests.iterator()).total(requests.size()).onProgress(progress));
    }

    private static List<GenerationResult> all(List<GenerationRequest> requests, GenerationBatch batch) {
        List<GenerationResult> results = new ArrayList<>(requests.size());
        batch.forEach(results::add);
        return List.copyOf(results);
    }

    /**
     * Creates a batch of any number of requests, in bounded memory: it takes a request from the iterator when an instance is free
     * for it, and keeps nothing of the requests that are done.
     *
     * @return the batch; it begins with {@link GenerationBatch#forEach(Consumer)}
     */
    public GenerationBatch generateAll(Iterator<GenerationRequest> requests) {
        return new GenerationBatch(
                calls, new BatchForecast(parts.pools, parts.settings), parts.settings, parts.clock, requests);
    }

    /**
     * Returns a client of Google's SDK that calls Gemini through this pool, for everything that the SDK offers. It is always the
     * same client; it need not be closed, and closing it has no effect on the pool.
     *
     * <p>If the pool refuses a call, the client throws a {@link com.google.genai.errors.ClientException} with code 429 and the message of
     * a {@link io.github.geminipool.failure.PoolExhaustedException}.
     */
    public Client client() {
        return parts.client;
    }

    /** Returns a new, empty group of calls that can be cancelled together, for code that uses {@link #client()}. */
    public CancellableCalls cancellableCalls() {
        return new CancellableCalls(parts.http);
    }

    /**
     * Returns the HTTP client behind {@link #client()}, for other libraries that call the Gemini API. It sets the API key itself, and
     * sends requests to the pool's base URL only. It must not be closed.
     */
    public OkHttpClient httpClient() {
        return parts.http.client();
    }

    /**
     * Returns a view of this pool as a client of Google's SDK whose calls have options, such as a caller or a customer's own keys:
     * for libraries that take a client. It shares everything with {@link #client()}, need not be closed, and closing it has no
     * effect on the pool. Creating one takes a millisecond or two, nearly all of it in the SDK: keep it, rather than creating one
     * for each call.
     *
     * <p>A timeout passed to a single call takes precedence over the deadline of the options.
     */
    public Client client(CallOptions options) {
        return parts.clientOver(httpClient(options));
    }

    /** Returns a view of this pool as an HTTP client whose calls have options; see {@link #client(CallOptions)}. */
    public OkHttpClient httpClient(CallOptions options) {
        return parts.http.client(Objects.requireNonNull(options, "options"));
    }

    /**
     * Runs a block of code. All calls that it begins on the calling thread have these options, through any method, client or
     * library: blocking and asynchronous calls, streams and chats, but not Live sessions. Options of the call itself take
     * precedence, and these take precedence over those of the block around this one and of the {@linkplain #client(CallOptions)
     * client}.
     *
     * <pre>{@code
     * CallOptions forAda = CallOptions.NONE.withCaller("ada");
     * String answer = pool.within(forAda, () -> assistant.answer(question));
     * }</pre>
     *
     * <p>A call begins when its code runs, which for a lazy stream, such as a {@code Flux}, is when it is subscribed to. The
     * asynchronous forms of uploads, lists and automatic function calling in Google's SDK begin calls on threads of their own.
     *
     * @return what the block returns
     * @throws X what the block throws
     */
    public <T extends @Nullable Object, X extends Throwable> T within(CallOptions options, Block<T, X> block) throws X {
        return calls.within(options, block);
    }

    /** Runs a block of code without a result; see {@link #within(CallOptions, Block)}. */
    public void within(CallOptions options, Runnable block) {
        calls.within(options, block);
    }

    /**
     * Returns the time until a key is usable for a model, judging by known quotas and exclusions: for schedulers, and for callers
     * that would rather skip a call than wait. Busy instances and waiting calls are not taken into account.
     *
     * @return 0 if a key is usable now; one day if that is unknown, because all keys are excluded until an operator acts
     */
    public Duration nextAvailability(String model) {
        ModelPool pool = parts.pools.of(model);
        long next = pool.nextUsable(KeyFilter.ANY);
        return next == PoolClock.NEVER ? Duration.ofDays(1) : Duration.ofNanos(Math.max(0, next - parts.clock.nanos()));
    }

    /** Returns the statistics and the current state of all model pools. */
    public PoolStats stats() {
        return parts.report.pool();
    }

    /** Returns the statistics and the current state of one model pool; empty before its first call or chat. */
    public Optional<ModelStats> stats(String model) {
        return parts.report.model(model);
    }

    /** Returns what the pool did in the last hour, in steps of 15 seconds. */
    public PoolHistory history() {
        return parts.history.read();
    }

    /** Returns the statistics and the current state of all keys and projects. */
    public KeyStats keyStats() {
        return parts.report.keyStats();
    }

    /**
     * Returns what each replica that shares this pool's store has published about itself, sorted by name. Replicas publish every
     * ten seconds; the figures of this replica are current.
     *
     * @return a stage that completes with at least this replica, and fails if the store can't be reached, or if the pool has none
     */
    public CompletionStage<List<ReplicaStats>> replicas() {
        return parts.shared != null
                ? parts.shared.replicas()
                : CompletableFuture.failedFuture(new IllegalStateException(
                        "The pool shares nothing with other replicas: give its builder a SharedStore"));
    }

    /** Returns how this pool shares its quotas with other replicas; empty if it has no store. */
    public Optional<SharingStats> sharing() {
        return Optional.ofNullable(parts.shared).map(SharedFacts::sharing);
    }

    /** Returns the keys, to add, replace, disable, enable and remove them while the pool runs. */
    public PoolKeys keys() {
        return keys;
    }

    /**
     * Resets one model's pool: binds its instances to the keys in turn, and ends all exclusions for this model. Running calls
     * continue. With a shared store, all replicas do so.
     *
     * @return false if there has been no call to the model yet
     */
    public boolean reset(String model) {
        if (parts.shared != null) {
            parts.shared.reset(model);
        }
        return parts.pools.reset(model);
    }

    /**
     * Resets all model pools, ends all exclusions caused by failures, and reloads the key source if there is one. Running calls
     * continue. With a shared store, all replicas do so, except for reloading the key source.
     *
     * @see PoolKeys#reload()
     */
    public void reset() {
        keys.reload();
        if (parts.shared != null) {
            parts.shared.reset(null);
        }
        parts.pools.reset();
    }

    /**
     * Returns recent key choices with their reasons, the latest last. The pool keeps {@link GeminiPoolSettings#recentDecisions()}
     * of them, by default none. To explain a single call, use {@link GenerationRequest#explain()}.
     */
    public List<KeyDecision> recentDecisions() {
        return parts.decisions.all();
    }

    /** Resets the statistics. Exclusions stay. */
    public void resetStats() {
        parts.resetStats();
    }

    /** Closes the pool with a grace period of 30 seconds. See {@link #close(Duration)}. */
    @Override
    public void close() {
        close(GRACE_PERIOD);
    }

    /**
     * Closes the pool. New calls, and calls that wait for a lease, fail with {@link PoolClosedException}. Running calls have the
     * grace period to finish, and are then cancelled. Returns when no call is running any more. Closing a closed pool has no
     * effect.
     *
     * @param gracePeriod how long running calls may take to finish, 0 or more
     */
    public void close(Duration gracePeriod) {
        parts.close(gracePeriod);
    }

    /** Shows the numbers of keys and models. */
    @Override
    public String toString() {
        return "GeminiPool[keys=" + parts.report.keys().keys().size() + ", models="
                + parts.pools.all().stream().map(ModelPool::model).distinct().count()
                + (parts.http.isClosed() ? ", closed" : "")
                + "]";
    }

    /**
     * Returns whether the calling thread holds a lock of the pool. Tests use it to show that listeners are called
     * without one.
     */
    boolean isLockHeld() {
        return parts.pools.all().stream().anyMatch(ModelPool::isLockHeld);
    }

    /** Returns the sizes of all tables that grow with use, by name. Tests use it to show that they are bounded. */
    Map<String, Integer> tableSizes() {
        return parts.tableSizes();
    }

    /** Returns the number of calls that have not ended, bodies included. */
    int activeCalls() {
        return parts.http.activeCalls();
    }

    /** Returns whether all timed tasks that are due have run. */
    boolean isUpToDate() {
        return parts.isUpToDate();
    }

    /** Returns the number of pending timed tasks of calls; the periodic check, repairs of keys and delayed log lines do not count. */
    int pendingTasks() {
        return parts.pendingTasks();
    }
}
