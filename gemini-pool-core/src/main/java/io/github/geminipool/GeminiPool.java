package io.github.geminipool;

import com.google.genai.Client;
import com.google.genai.types.ClientOptions;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.event.AttemptLog;
import io.github.geminipool.internal.event.ExclusionLog;
import io.github.geminipool.internal.event.FallbackLog;
import io.github.geminipool.internal.event.GuardedTracer;
import io.github.geminipool.internal.event.KeyLog;
import io.github.geminipool.internal.event.Listeners;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.http.PoolCall;
import io.github.geminipool.internal.http.PooledHttpClient;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.pool.PoolContext;
import io.github.geminipool.internal.pool.Repair;
import io.github.geminipool.internal.quota.SharedLedgers;
import io.github.geminipool.internal.retry.LoopRunner;
import io.github.geminipool.internal.stats.Collector;
import io.github.geminipool.internal.stats.KeyTimes;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Timer;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.SelectionStrategy;
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
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import okhttp3.OkHttpClient;

/**
 * A pool of Gemini API keys. Every call made through it, through its {@link #client()} or through its
 * {@link #httpClient()} is balanced over the keys, goes on with another key where one is rejected or has no quota
 * left, and is repeated where Gemini or the network failed.
 *
 * <pre>{@code
 * try (GeminiPool pool = GeminiPool.builder().key(first).key(second).build()) {
 *     System.out.println(pool.generateContent("Why is the sky blue?").text());
 * }
 * }</pre>
 *
 * <p>Thread-safe. One pool serves a whole application. Exceptions are those of Google's SDK
 * ({@link com.google.genai.errors.ApiException} for Gemini's answers,
 * {@link com.google.genai.errors.GenAiIOException} where none came), and
 * {@link io.github.geminipool.failure.PoolExhaustedException} and {@link PoolClosedException} where the pool itself
 * refuses. None contains a secret.
 */
public final class GeminiPool implements AutoCloseable {

    private static final Duration GRACE_PERIOD = Duration.ofSeconds(30);

    private final GeminiPoolSettings settings;
    private final PoolClock clock;
    private final Timer timer;
    private final ModelPools pools;
    private final Collector collector = new Collector();
    private final RecentDecisions decisions;
    private final StatsReport report;
    private final PooledHttpClient http;
    private final Repair repair;
    private final PoolKeys keys;
    private final Client client;
    private final Generations calls;

    GeminiPool(GeminiPoolBuilder builder) {
        this.settings = builder.settings;
        this.clock = new PoolClock(builder.timeSource);
        Exclusions exclusions = new Exclusions();
        List<ApiKey> read = builder.keySource == null ? List.of() : List.copyOf(builder.keySource.get());
        List<ApiKey> all = new ArrayList<>(builder.keys);
        all.addAll(read);
        KeyRing ring = new KeyRing(all, builder.projects, exclusions, settings.health());
        RandomGenerator random = builder.random == null
                ? () -> ThreadLocalRandom.current().nextLong()
                : new LockedRandom(builder.random);
        SelectionStrategy strategy = builder.selectionStrategy;
        AttemptRunner runner = builder.attemptRunner;
        KeyTimes times = new KeyTimes(clock::now);
        Listeners listeners = listeners(builder.listeners, times);
        this.timer = new Timer(clock);
        this.decisions = new RecentDecisions(settings.recentDecisions());
        PoolContext context = new PoolContext(
                ring,
                exclusions,
                new Health(
                        exclusions,
                        clock,
                        ring,
                        settings.health(),
                        settings.rotation().checkInterval()),
                strategy == null ? SelectionStrategy.of(settings.selection()) : strategy,
                random,
                listeners,
                clock,
                timer,
                settings::limitsOf,
                new SharedLedgers(),
                decisions,
                this::lookAgain,
                this::rejected,
                settings.health(),
                settings.rotation().checkInterval());
        this.pools = new ModelPools(context, settings::sizeOf);
        this.report = new StatsReport(pools, ring, collector, times, clock);
        this.http = new PooledHttpClient(new PooledHttpClient.Parts(
                settings,
                pools,
                runner == null ? new LoopRunner() : runner,
                random,
                listeners,
                clock,
                timer,
                ring.keys().stream().map(key -> key.key().secret()).toList(),
                builder.callTracer == null ? null : new GuardedTracer(builder.callTracer),
                builder.virtualThreads,
                builder.sslSocketFactory,
                builder.trustManager));
        this.repair = new Repair(context, pools, http::probe);
        this.keys = new PoolKeys(ring, pools, http, listeners, collector, builder.keySource, read);
        this.client = Client.builder()
                // The SDK wants one; each attempt's own replaces it.
                .apiKey("set-by-gemini-pool")
                // GOOGLE_GENAI_USE_VERTEXAI in the environment would turn the client to another service.
                .vertexAI(false)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(settings.http().baseUrl().toString())
                        .build())
                .clientOptions(
                        ClientOptions.builder().customHttpClient(http.client()).build())
                .build();
        this.calls = new Generations(http, client, settings.defaultModel());
    }

    private void lookAgain() {
        pools.lookAgain();
    }

    private void rejected(KeyHealth key, Exclusion exclusion) {
        repair.rejected(key, exclusion);
    }

    private Listeners listeners(List<PoolListener> given, KeyTimes times) {
        List<PoolListener> all = new ArrayList<>();
        all.add(collector);
        all.add(times);
        all.add(new ExclusionLog(clock::nanos));
        all.add(new AttemptLog());
        all.add(new KeyLog());
        all.add(new FallbackLog());
        all.addAll(given);
        all.add(new LeakAlarm(new Listeners(given)));
        return new Listeners(all);
    }

    /** Starts building a pool. */
    public static GeminiPoolBuilder builder() {
        return new GeminiPoolBuilder();
    }

    /** Answers a prompt with the default model. */
    public GenerateContentResponse generateContent(String prompt) {
        return generateContent(GenerationRequest.of(prompt));
    }

    /** Answers a request, waiting for the whole answer. */
    public GenerateContentResponse generateContent(GenerationRequest request) {
        return calls.generate(calls.begin(request.options()), request);
    }

    /** Answers a request; what would be thrown is part of the result instead. */
    public GenerationResult tryGenerateContent(GenerationRequest request) {
        PoolCall call = calls.begin(request.options());
        return calls.tryGenerate(call, request);
    }

    /** Answers a prompt with the default model; the calling thread does not wait. */
    public CompletableFuture<GenerateContentResponse> generateContentAsync(String prompt) {
        return generateContentAsync(GenerationRequest.of(prompt));
    }

    /**
     * Answers a request; the calling thread does not wait. Cancelling the future cancels the call.
     *
     * <pre>{@code
     * CompletableFuture<Void> answer =
     *         pool.generateContentAsync(request).thenAccept(response -> out.println(response.text()));
     * }</pre>
     *
     * @return fails with what {@link #generateContent(GenerationRequest)} throws
     */
    public CompletableFuture<GenerateContentResponse> generateContentAsync(GenerationRequest request) {
        PoolCall call = calls.begin(request.options());
        return PooledFuture.following(calls.start(call, request).thenApply(GenerationResult::orThrow), call);
    }

    /**
     * Answers a request; the calling thread does not wait. Cancelling the future cancels the call.
     *
     * @return never fails but by being cancelled
     */
    public CompletableFuture<GenerationResult> tryGenerateContentAsync(GenerationRequest request) {
        PoolCall call = calls.begin(request.options());
        return PooledFuture.following(calls.start(call, request), call);
    }

    /** Answers a prompt with the default model, as it comes. */
    public GenerationStream generateContentStream(String prompt) {
        return generateContentStream(GenerationRequest.of(prompt));
    }

    /**
     * Answers a request as it comes; returns when the first part is there. Up to then a failure is answered by another
     * attempt, as in all calls; afterwards it is thrown by the stream.
     *
     * @return to be closed
     */
    public GenerationStream generateContentStream(GenerationRequest request) {
        return calls.stream(calls.begin(request.options()), request, StreamListener.NONE);
    }

    /** Begins a conversation with the default model. */
    public PooledChat createChat() {
        return new PooledChat(calls, null, null);
    }

    /** Begins a conversation with a model. */
    public PooledChat createChat(String model) {
        return new PooledChat(calls, Objects.requireNonNull(model, "model"), null);
    }

    /** Begins a conversation with a model and a configuration of its own. */
    public PooledChat createChat(String model, GenerateContentConfig config) {
        return new PooledChat(calls, Objects.requireNonNull(model, "model"), Objects.requireNonNull(config, "config"));
    }

    /** Answers many requests; see {@link #generateAll(List, Consumer)}. */
    public List<GenerationResult> generateAll(List<GenerationRequest> requests) {
        return all(requests, generateAll(requests.iterator()));
    }

    /**
     * Answers many requests, as many at once as the pool has instances, and waits for all of them. One that fails does
     * not keep the others from being answered.
     *
     * <pre>{@code
     * List<GenerationRequest> requests = prompts.map(GenerationRequest::of).toList();
     * List<GenerationResult> results = pool.generateAll(requests, p -> bar.update(p.done(), p.total()));
     * }</pre>
     *
     * @param progress is told on the calling thread whenever more of them are done
     * @return a result for each request, in their order
     * @throws PoolClosedException if the pool is closed meanwhile
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
     * A batch over requests of which there may be any number: they are taken from the iterator when there is an instance
     * for them, and nothing is kept of those that are done.
     *
     * @return begins with {@link GenerationBatch#forEach(Consumer)}
     */
    public GenerationBatch generateAll(Iterator<GenerationRequest> requests) {
        return new GenerationBatch(calls, settings, clock, requests);
    }

    /**
     * A client of Google's SDK over this pool, for everything that it offers. Always the same one. Closing it does no
     * harm and is not needed.
     *
     * <p>Where the pool refuses a call, it throws a {@link com.google.genai.errors.ClientException} of code 429 with
     * the message of a {@link io.github.geminipool.failure.PoolExhaustedException}.
     */
    public Client client() {
        return client;
    }

    /**
     * The HTTP client under {@link #client()}, for other libraries that call the Gemini API. It sends requests to the
     * pool's base URL only, sets the key itself, and must not be closed.
     */
    public OkHttpClient httpClient() {
        return http.client();
    }

    /**
     * How long it takes until a key may be used for a model, as far as quotas and failures are known: for schedulers, and
     * for those who would rather not begin than wait. Whether an instance is free then, and who else waits, it does not say.
     *
     * @return zero if one may be used now; a day if that is not known, since all keys wait for somebody to act
     */
    public Duration nextAvailability(String model) {
        ModelPool pool = pools.of(model);
        long next = pool.nextUsable(KeyFilter.ANY);
        return next == PoolClock.NEVER ? Duration.ofDays(1) : Duration.ofNanos(Math.max(0, next - clock.nanos()));
    }

    /** What happened in the model pools, and what is the case in them now. */
    public PoolStats stats() {
        return report.pool();
    }

    /** What one model's pool has done and is doing; empty if no call to that model was made yet. */
    public Optional<ModelStats> stats(String model) {
        return report.model(model);
    }

    /** What happened to the keys, and what is the case with them now. */
    public KeyStats keyStats() {
        return report.keyStats();
    }

    /** The keys, which may be added, replaced, disabled and removed while the pool runs. */
    public PoolKeys keys() {
        return keys;
    }

    /**
     * Makes a model's pool as new: its instances are bound to the keys in turn, and what failures have excluded for
     * this model is usable again. Calls go on.
     *
     * @return false if there is no such pool, since no call to the model was made yet
     */
    public boolean reset(String model) {
        return pools.reset(model);
    }

    /**
     * Makes all model pools as new, and whatever failures have excluded usable again; reads the source of keys again, where
     * there is one. Calls go on.
     */
    public void reset() {
        keys.reload();
        pools.reset();
    }

    /**
     * Why keys were chosen lately, or none was, the latest last: of as many choices as
     * {@link GeminiPoolSettings#recentDecisions()} says, by default of none. For a single call, ask with
     * {@link GenerationRequest#explain()}.
     */
    public List<KeyDecision> recentDecisions() {
        return decisions.all();
    }

    /** Forgets what was counted. Exclusions stay. */
    public void resetStats() {
        collector.reset();
    }

    /** Closes the pool; calls that run may end within 30 seconds. See {@link #close(Duration)}. */
    @Override
    public void close() {
        close(GRACE_PERIOD);
    }

    /**
     * Closes the pool: it takes no more calls, those that wait for an instance are refused with
     * {@link PoolClosedException}, those that run may end within a time and are then cancelled. Returns when none runs
     * any more. Closing it again does nothing.
     *
     * @param gracePeriod how long to wait for calls that run
     */
    public void close(Duration gracePeriod) {
        repair.close();
        http.close(gracePeriod);
        timer.close();
    }

    /** Says how many keys and models there are. */
    @Override
    public String toString() {
        return "GeminiPool[keys=" + report.keys().keys().size() + ", models="
                + pools.all().size() + (http.isClosed() ? ", closed" : "") + "]";
    }

    /** Whether the calling thread holds a lock of the pool; for the proof that listeners never do. */
    boolean isLockHeld() {
        return pools.all().stream().anyMatch(ModelPool::isLockHeld);
    }

    /** How many entries there are in what grows with use, by name; for the proof that nothing grows without end. */
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

    /** Calls that have not ended, bodies included. */
    int activeCalls() {
        return http.activeCalls();
    }

    /** Whether all timed tasks whose time has come have run. */
    boolean isUpToDate() {
        return timer.isUpToDate() && http.probesUnderWay() == 0;
    }

    /** Timed tasks on behalf of calls that are still to run: not the periodic check, and not what looks after keys. */
    int pendingTasks() {
        int all = timer.pending();
        return all == 0 ? 0 : all - repair.pending() - (pools.isCheckPending() ? 1 : 0);
    }
}
