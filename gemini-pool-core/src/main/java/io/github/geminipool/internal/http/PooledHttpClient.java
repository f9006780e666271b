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
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
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

/** The OkHttpClient that a pool owns, with everything behind it. */
public final class PooledHttpClient {

    private static final Logger log = LoggerFactory.getLogger(PooledHttpClient.class);

    /** Connections beyond these are closed when they become idle; calls may use more at once. */
    private static final int FEWEST_IDLE_CONNECTIONS = 32;

    private static final Duration AFTER_CANCELLING = Duration.ofSeconds(2);

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
     * What a pool's HTTP client is made of.
     *
     * @param runner runs the attempts of calls
     * @param random spreads the back-off; thread-safe
     * @param secrets all secrets, to be masked wherever they are echoed
     * @param tracer follows single calls; null for none
     * @param virtualThreads whether asynchronous calls run on virtual threads; null: as suits this Java
     * @param tls null for this machine's
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

    /** Sends a probe with the key of a lease, which it completes; does not wait for it. */
    public void probe(Lease lease) {
        probe.accept(lease);
    }

    /** Probes that have not ended. */
    public int probesUnderWay() {
        return probe.underWay();
    }

    /** The secrets are others from now on: those are masked wherever they are repeated. */
    public void keysChanged(List<Secret> secrets) {
        masking.become(secrets);
    }

    private OkHttpClient client(Parts parts, Interceptor interceptor, Dispatcher dispatcher) {
        // The model pools are the limit; the default of 5 calls to a host would be another one.
        dispatcher.setMaxRequests(Integer.MAX_VALUE);
        dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
        HttpSettings http = parts.settings().http();
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(
                        Math.max(FEWEST_IDLE_CONNECTIONS, 2 * parts.settings().size()), 5, TimeUnit.MINUTES))
                .eventListenerFactory(calls)
                .addInterceptor(interceptor)
                .addNetworkInterceptor(this::withoutOwnRetry)
                // One attempt is one exchange: what is sent again is the pool's decision.
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(http.connectTimeout())
                .readTimeout(http.readTimeout())
                // The call timeout is kept by the pool: a request's own deadline may be longer.
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

    /** OkHttp sends again by itself after a 503 that says "Retry-After: 0". */
    private Response withoutOwnRetry(Interceptor.Chain chain) throws IOException {
        standingTimeout.begin();
        Response response = chain.proceed(chain.request());
        return response.code() == 503 && response.header("Retry-After") != null
                ? response.newBuilder().removeHeader("Retry-After").build()
                : response;
    }

    public OkHttpClient client() {
        return client;
    }

    /** A call begins, of which HTTP calls become parts by {@link #as}. */
    public PoolCall begin(CallOptions options) {
        return calls.begin(options);
    }

    /** Runs something that makes HTTP calls on this thread as parts of a call. */
    public <T extends @Nullable Object> T as(PoolCall call, Supplier<T> body) {
        return calls.as(call, body);
    }

    /**
     * A call begins to wait for something else than an instance, which counts as waiting for one.
     *
     * @param timeout of the whole call where its caller said none; 0 for the pool's
     * @param tooLate is run when it has waited as long as it may
     * @param refuse is run if the pool is closed meanwhile, or was before
     * @return to be run when the wait is over, in whatever way
     */
    public Runnable waiting(PoolCall call, Duration timeout, Runnable tooLate, Runnable refuse) {
        long since = clock.nanos();
        Duration total = timeout.isZero() ? callTimeout : timeout;
        long until = Math.min(call.waitsUntil(acquireTimeout, since), call.deadlineNanos(total));
        // Whoever is told may do whatever he likes, for which neither the timer nor close() has the time.
        Scheduler.Alarm alarm = scheduler.schedule(until, () -> workers.run(false, tooLate));
        PendingWaits.Wait wait = pendingWaits.begin(() -> workers.run(false, refuse));
        return () -> {
            alarm.cancel();
            wait.end();
            call.waited(clock.nanos() - since);
        };
    }

    /**
     * Watches an answer.
     *
     * @param action is run when nobody refers to it any more; must not refer to it either
     * @return to be run when it has ended as it should
     */
    public Runnable whenLost(Object answer, Runnable action) {
        return abandonedBodies.watch(answer, action)::end;
    }

    /** The time since a call began. */
    public Duration elapsed(PoolCall call) {
        return Duration.ofNanos(clock.nanos() - call.startNanos());
    }

    /** Where synchronous work is done for asynchronous callers. */
    public ExecutorService workers() {
        return workers.calls();
    }

    /** Resources whose owner is known. */
    public int knownOwners() {
        return resources.size();
    }

    /** Answers whose loss would be noticed. */
    public int watchedAnswers() {
        return abandonedBodies.size();
    }

    /** HTTP calls that have not ended, bodies included. */
    public int activeCalls() {
        return calls.count();
    }

    public boolean isClosed() {
        return closed.get();
    }

    /**
     * Refuses new calls and those that wait, lets the others end within a time and then cancels them, and lets go of
     * threads and connections.
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
            isIdleWithin(AFTER_CANCELLING);
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
