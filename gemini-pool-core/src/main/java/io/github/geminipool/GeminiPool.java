package io.github.geminipool;

import com.google.genai.Client;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.http.PoolCall;
import io.github.geminipool.internal.http.PooledHttpClient;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.pool.Repair;
import io.github.geminipool.internal.stats.Collector;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Timer;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.stats.KeyDecision;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.stats.PoolStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;

/**
 * A pool of Gemini API keys. It balances all calls over its keys, fails over to another key if one is rejected or out of quota, and
 * retries after overload, server errors and network failures. This holds for the methods of this class, for Google's SDK through
 * {@link #client()}, and for other libraries through {@link #httpClient()}.
 *
 * <pre>{@code
 * try (GeminiPool pool = GeminiPool.builder().key(first).key(second).build()) {
 *     System.out.println(pool.generateContent("Why is the sky blue?").text());
 * }
 * }</pre>
 *
 * <p>Thread-safe; use one pool for the whole application. Calls throw the exceptions of Google's SDK:
 * {@link com.google.genai.errors.ApiException} for an error response, {@link com.google.genai.errors.GenAiIOException} if there is no
 * response. If the pool itself refuses a call, they throw {@link io.github.geminipool.failure.PoolExhaustedException} or
 * {@link PoolClosedException}. No exception contains a secret.
 */
public final class GeminiPool implements AutoCloseable {

    private static final Duration GRACE_PERIOD = Duration.ofSeconds(30);

    private final GeminiPoolSettings settings;
    private final PoolClock clock;
    private final Timer timer;
    private final ModelPools pools;
    private final Collector collector;
    private final RecentDecisions decisions;
    private final StatsReport report;
    private final PooledHttpClient http;
    private final Repair repair;
    private final PoolKeys keys;
    private final Client client;
    private final Generations calls;

    GeminiPool(PoolAssembly parts) {
        this.settings = parts.settings;
        this.clock = parts.clock;
        this.timer = parts.timer;
        this.pools = parts.pools;
        this.collector = parts.collector;
        this.decisions = parts.decisions;
        this.report = parts.report;
        this.http = parts.http;
        this.repair = parts.repair;
        this.keys = parts.keys;
        this.client = parts.client;
        this.calls = parts.calls;
    }

    /** Returns a builder for a pool. */
    public static GeminiPoolBuilder builder() {
        return new GeminiPoolBuilder();
    }

    /** Generates a response to a prompt with the default model. */
    public GenerateContentResponse generateContent(String prompt) {
        return generateContent(GenerationRequest.of(prompt));
    }

    /** Generates a response to a request, and waits for all of it. */
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
     * Generates a streamed response to a request; returns when its first part has come. Until then failures lead to failover and
     * retries, as in all calls. Later the stream throws them.
     *
     * @return the stream; the caller must close it
     */
    public GenerationStream generateContentStream(GenerationRequest request) {
        return calls.stream(calls.begin(request.options()), request, StreamListener.NONE);
    }

    /** Creates a chat with the default model. */
    public PooledChat createChat() {
        return new PooledChat(calls, null, null);
    }

    /** Creates a chat with a model. */
    public PooledChat createChat(String model) {
        return new PooledChat(calls, Objects.requireNonNull(model, "model"), null);
    }

    /** Creates a chat with a model, and a configuration for all its messages. */
    public PooledChat createChat(String model, GenerateContentConfig config) {
        return new PooledChat(calls, Objects.requireNonNull(model, "model"), Objects.requireNonNull(config, "config"));
    }

    /** Runs many requests; see {@link #generateAll(List, Consumer)}. */
    public List<GenerationResult> generateAll(List<GenerationRequest> requests) {
        return all(requests, generateAll(requests.iterator()));
    }

    /**
     * Runs many requests, for each model at most as many at the same time as its pool has instances, and waits for all of them.
     * Failed requests do not affect the others.
     *
     * <pre>{@code
     * List<GenerationRequest> requests = prompts.map(GenerationRequest::of).toList();
     * List<GenerationResult> results = pool.generateAll(requests, p -> bar.update(p.done(), p.total()));
     * }</pre>
     *
     * @param progress called on the calling thread whenever more requests are done
     * @return the results in the order of the requests
     * @throws PoolClosedException if the pool is closed before the end
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
     * Creates a batch over any number of requests, in bounded memory: it takes a request from the iterator when an instance is free
     * for it, and keeps nothing of those that are done.
     *
     * @return the batch; it begins with {@link GenerationBatch#forEach(Consumer)}
     */
    public GenerationBatch generateAll(Iterator<GenerationRequest> requests) {
        return new GenerationBatch(calls, settings, clock, requests);
    }

    /**
     * Returns a client of Google's SDK that calls through this pool, for everything that the SDK offers. It is always the same client.
     * It need not be closed, and closing it has no effect on the pool.
     *
     * <p>If the pool refuses a call, the client throws a {@link com.google.genai.errors.ClientException} with code 429 and the message of
     * a {@link io.github.geminipool.failure.PoolExhaustedException}.
     */
    public Client client() {
        return client;
    }

    /**
     * Returns the HTTP client behind {@link #client()}, for other libraries that call the Gemini API. It sets the API key itself, and
     * sends requests to the pool's base URL only. It must not be closed.
     */
    public OkHttpClient httpClient() {
        return http.client();
    }

    /**
     * Returns the time until a key is usable for a model, from known quotas and exclusions: for schedulers, and for callers that would
     * rather skip a call than wait. It takes neither free instances nor waiting calls into account.
     *
     * @return 0 if a key is usable now; one day if that is unknown, because all keys are excluded until an operator acts
     */
    public Duration nextAvailability(String model) {
        ModelPool pool = pools.of(model);
        long next = pool.nextUsable(KeyFilter.ANY);
        return next == PoolClock.NEVER ? Duration.ofDays(1) : Duration.ofNanos(Math.max(0, next - clock.nanos()));
    }

    /** Returns the statistics and the current state of all model pools. */
    public PoolStats stats() {
        return report.pool();
    }

    /** Returns the statistics and the current state of one model pool; empty before the first call to the model. */
    public Optional<ModelStats> stats(String model) {
        return report.model(model);
    }

    /** Returns the statistics and the current state of all keys and projects. */
    public KeyStats keyStats() {
        return report.keyStats();
    }

    /** Returns the keys, to add, replace, disable, enable and remove them while the pool runs. */
    public PoolKeys keys() {
        return keys;
    }

    /**
     * Resets one model's pool: binds its instances to the keys in turn, and ends all exclusions for this model. Running calls continue.
     *
     * @return false if there was no call to the model yet
     */
    public boolean reset(String model) {
        return pools.reset(model);
    }

    /**
     * Resets all model pools, ends all exclusions caused by failures, and reloads the key source if there is one. Running calls
     * continue.
     */
    public void reset() {
        keys.reload();
        pools.reset();
    }

    /**
     * Returns recent choices of keys with their reasons, the latest last. The pool keeps
     * {@link GeminiPoolSettings#recentDecisions()} of them, by default none. To explain a single call, use
     * {@link GenerationRequest#explain()}.
     */
    public List<KeyDecision> recentDecisions() {
        return decisions.all();
    }

    /** Resets the statistics. Exclusions stay. */
    public void resetStats() {
        collector.reset();
    }

    /** Closes the pool with a grace period of 30 seconds. See {@link #close(Duration)}. */
    @Override
    public void close() {
        close(GRACE_PERIOD);
    }

    /**
     * Closes the pool. New calls, and calls that wait for a lease, fail with {@link PoolClosedException}. Running calls may end within the
     * grace period, and are then cancelled. Returns when no call runs any more. Closing a closed pool has no effect.
     *
     * @param gracePeriod how long running calls may take, 0 or more
     */
    public void close(Duration gracePeriod) {
        repair.close();
        http.close(gracePeriod);
        timer.close();
    }

    /** Shows the numbers of keys and models. */
    @Override
    public String toString() {
        return "GeminiPool[keys=" + report.keys().keys().size() + ", models="
                + pools.all().size() + (http.isClosed() ? ", closed" : "") + "]";
    }

    /** Returns whether the calling thread holds a lock of the pool, for tests that listeners never do. */
    boolean isLockHeld() {
        return pools.all().stream().anyMatch(ModelPool::isLockHeld);
    }

    /** Returns the sizes of all tables that grow with use, by name, for tests that they are bounded. */
    Map<String, Integer> tableSizes() {
        return Map.of(
                "models", pools.all().size(),
                "exclusions", pools.knownScopes(),
                "repairs", repair.pending(),
                "owners", http.knownOwners(),
                "answers", http.watchedAnswers(),
                "calls", http.activeCalls(),
                "tasks", timer.pending());
    }

    /** Returns the number of calls that have not ended, bodies included. */
    int activeCalls() {
        return http.activeCalls();
    }

    /** Returns whether all timed tasks that are due have run. */
    boolean isUpToDate() {
        return timer.isUpToDate() && http.probesUnderWay() == 0;
    }

    /** Returns the number of pending timed tasks of calls; the periodic check and repairs of keys do not count. */
    int pendingTasks() {
        int all = timer.pending();
        return all == 0 ? 0 : all - repair.pending() - (pools.isCheckPending() ? 1 : 0);
    }
}
