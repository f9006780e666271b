package io.github.geminipool.internal.http;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.internal.answer.AbandonedBodies;
import io.github.geminipool.internal.answer.Masking;
import io.github.geminipool.internal.event.ProjectAliasLog;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.request.OwnedResources;
import io.github.geminipool.internal.retry.ModelRoutes;
import io.github.geminipool.internal.retry.Retries;
import io.github.geminipool.internal.retry.RetryBudget;
import io.github.geminipool.internal.retry.RetryRules;
import io.github.geminipool.internal.time.PendingWaits;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.Workers;
import io.github.geminipool.key.Secret;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.HttpSettings;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallTracer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The OkHttpClient of a pool, with everything behind it. Thread-safe. */
public final class PooledHttpClient {

    private static final Logger log = LoggerFactory.getLogger(PooledHttpClient.class);

    /** Minimum size of the pool of idle connections; calls may use more at once. */
    private static final int MIN_IDLE_CONNECTIONS = 32;

    private static final Duration PERIOD_AFTER_CANCELLING = Duration.ofSeconds(2);

    private final ModelPools pools;
    private final PoolClock clock;
    private final Scheduler scheduler;
    private final Duration acquireTimeout;
    private final Duration callTimeout;
    private final ActiveCalls calls;
    private final OwnedResources resources = new OwnedResources();
    private final AbandonedBodies abandonedBodies = new AbandonedBodies();
    private final PendingWaits pendingWaits = new PendingWaits();
    private final Masking masking;
    private final Workers workers;
    private final StandingTimeout standingTimeout;
    private final OkHttpClient client;
    private final KeyProbe probe;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * The parts of a pool's HTTP client.
     *
     * @param runner runs the attempts of calls
     * @param random spreads the back-off; thread-safe
     * @param secrets all secrets, to be masked wherever they are echoed
     * @param tracer traces calls; null for none
     * @param virtualThreads whether asynchronous calls run on virtual threads; null for the default of this Java version
     * @param tls the TLS configuration; null for the JVM's default
     */
    public record Parts(
            GeminiPoolSettings settings,
            ModelPools pools,
            AttemptRunner runner,
            RandomGenerator random,
            PoolListener listeners,
            PoolClock clock,
            Scheduler scheduler,
            List<Secret> secrets,
            @Nullable CallTracer tracer,
            @Nullable Boolean virtualThreads,
            @Nullable Tls tls) {}

    public PooledHttpClient(Parts parts) {
        GeminiPoolSettings settings = parts.settings();
        HttpSettings http = settings.http();
        LeakDetection leaks = new LeakDetection(settings.leakDetectionThreshold(), parts.clock(), parts.scheduler());
        this.pools = parts.pools();
        this.clock = parts.clock();
        this.scheduler = parts.scheduler();
        this.acquireTimeout = settings.acquireTimeout();
        this.callTimeout = http.callTimeout();
        this.calls = new ActiveCalls(clock, scheduler, callTimeout, leaks.isOn(), parts.tracer());
        this.masking = new Masking(parts.secrets());
        this.workers = new Workers(parts.virtualThreads());
        AttemptFailures failures = new AttemptFailures(masking, clock);
        CallServices services = new CallServices(
                pools,
                new LeaseWait(resources, clock, acquireTimeout),
                new WireExchange(resources, masking, failures, abandonedBodies, leaks, new ProjectAliasLog()),
                new Retries(
                        new RetryRules(settings.retry()),
                        new RetryBudget(settings.retry().budget()),
                        parts.random(),
                        settings.retry().maxAttempts()),
                new ModelRoutes(settings::fallbacksOf),
                resources,
                new Refusals(clock),
                parts.listeners());
        GeminiOrigin gemini = new GeminiOrigin(http.baseUrl());
        this.standingTimeout = new StandingTimeout(http.readTimeout());
        this.client = client(
                parts,
                new PoolInterceptor(calls, services, parts.runner(), masking, gemini),
                new Dispatcher(new CallGate(calls, services, gemini, workers)));
        this.probe = new KeyProbe(client, workers.calls(), modelUrl(settings), masking, failures);
    }

    private static HttpUrl modelUrl(GeminiPoolSettings settings) {
        return HttpUrl.get(settings.http().baseUrl().toString())
                .newBuilder()
                .addPathSegments("v1beta/models")
                .addPathSegment(settings.defaultModel())
                .build();
    }

    /** Sends a probe with the key of a lease, and completes the lease when it ends; does not block. */
    public void probe(Lease lease) {
        probe.accept(lease);
    }

    /** Returns the number of probes that have not ended. */
    public int probesUnderWay() {
        return probe.underWay();
    }

    /** Replaces the secrets to be masked. */
    public void keysChanged(List<Secret> secrets) {
        masking.become(secrets);
    }

    private OkHttpClient client(Parts parts, Interceptor interceptor, Dispatcher dispatcher) {
        // Only the model pools limit concurrency; OkHttp's default is 5 calls per host.
        dispatcher.setMaxRequests(Integer.MAX_VALUE);
        dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
        HttpSettings http = parts.settings().http();
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(
                        Math.max(MIN_IDLE_CONNECTIONS, 2 * parts.settings().size()), 5, TimeUnit.MINUTES))
                .eventListenerFactory(calls)
                .addInterceptor(interceptor)
                .addNetworkInterceptor(this::withoutOkHttpRetry)
                // One attempt is one exchange: only the pool decides on retries.
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(http.connectTimeout())
                .readTimeout(http.readTimeout())
                // The pool enforces the call timeout, because a call's deadline may be longer.
                .writeTimeout(http.readTimeout());
        if (http.proxy() != null) {
            builder.proxy(new Proxy(
                    Proxy.Type.HTTP,
                    InetSocketAddress.createUnresolved(
                            http.proxy().host(), http.proxy().port())));
        }
        Tls tls = parts.tls();
        if (tls != null) {
            builder.sslSocketFactory(tls.socketFactory(), tls.trustManager());
        }
        return builder.build();
    }

    /** Keeps OkHttp from retrying after a 503 with "Retry-After: 0". */
    private Response withoutOkHttpRetry(Interceptor.Chain chain) throws IOException {
        standingTimeout.begin();
        Response response = chain.proceed(chain.request());
        return response.code() == 503 && response.header("Retry-After") != null
                ? response.newBuilder().removeHeader("Retry-After").build()
                : response;
    }

    public OkHttpClient client() {
        return client;
    }

    /** Begins a call, of which HTTP calls become parts by {@link #as}. */
    public PoolCall begin(CallOptions options) {
        return calls.begin(options);
    }

    /** Runs code that makes HTTP calls on this thread as parts of a call. */
    public <T extends @Nullable Object> T as(PoolCall call, Supplier<T> body) {
        return calls.as(call, body);
    }

    /**
     * Begins a wait for something other than an instance, which counts towards the call's acquire timeout.
     *
     * @param timeout the timeout of the whole call if its caller set none; 0 for the pool's
     * @param tooLate runs when the wait has reached its timeout
     * @param refuse runs if the pool is closed during the wait, or already was
     * @return ends the wait; must be run however it ended
     */
    public Runnable waiting(PoolCall call, Duration timeout, Runnable tooLate, Runnable refuse) {
        long since = clock.nanos();
        Duration total = timeout.isZero() ? callTimeout : timeout;
        long until = Math.min(call.waitsUntil(acquireTimeout, since), call.deadlineNanos(total));
        // These actions run user code, which must not block the timer or close().
        Scheduler.Alarm alarm = scheduler.schedule(until, () -> workers.run(false, tooLate));
        PendingWaits.Wait wait = pendingWaits.begin(() -> workers.run(false, refuse));
        return () -> {
            alarm.cancel();
            wait.end();
            call.waited(clock.nanos() - since);
        };
    }

    /**
     * Watches a response for being abandoned.
     *
     * @param action runs when the response has become unreachable; must not refer to the response
     * @return stops watching; to be run when the response has ended properly
     */
    public Runnable whenLost(Object response, Runnable action) {
        return abandonedBodies.watch(response, action)::end;
    }

    /** Returns the time since a call began. */
    public Duration elapsed(PoolCall call) {
        return Duration.ofNanos(clock.nanos() - call.startNanos());
    }

    /** Returns the executor for blocking work on behalf of asynchronous callers. */
    public ExecutorService workers() {
        return workers.calls();
    }

    /** Returns the number of resources with a known owner. */
    public int knownOwners() {
        return resources.size();
    }

    /** Returns the number of responses watched for being abandoned. */
    public int watchedAnswers() {
        return abandonedBodies.size();
    }

    /** Returns the number of HTTP calls that have not ended, bodies included. */
    public int activeCalls() {
        return calls.count();
    }

    public boolean isClosed() {
        return closed.get();
    }

    /**
     * Closes the pool: refuses new and waiting calls, cancels running calls that do not end within the grace period, and
     * releases threads and connections. Later calls of this method have no effect.
     */
    public void close(Duration gracePeriod) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        pools.close();
        probe.close();
        pendingWaits.close();
        if (!isIdleWithin(gracePeriod)) {
            List<Call> left = calls.all();
            log.warn("Closing the pool cancels {} calls that did not end within {}", left.size(), gracePeriod);
            left.forEach(Call::cancel);
            isIdleWithin(PERIOD_AFTER_CANCELLING);
        }
        workers.shutdown();
        abandonedBodies.close();
        standingTimeout.close();
        client.connectionPool().evictAll();
    }

    private boolean isIdleWithin(Duration period) {
        long until = clock.after(period);
        try {
            return calls.awaitNone(until) && pools.awaitIdle(until);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
