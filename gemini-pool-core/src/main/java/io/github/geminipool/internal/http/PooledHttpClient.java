package io.github.geminipool.internal.http;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.internal.answer.AbandonedBodies;
import io.github.geminipool.internal.answer.Masking;
import io.github.geminipool.internal.event.ProjectAliasLog;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.request.OwnedResources;
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
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
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

    private final HttpParts parts;
    private final ExecutorService callWorkers;
    private final ExecutorService refusalWorkers;
    private final StandingTimeout standingTimeout;
    private final OkHttpClient client;
    private final KeyProbe probe;
    private final PendingWaits otherWaits = new PendingWaits();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * What a pool's HTTP client is made of.
     *
     * @param runner runs the attempts of calls
     * @param secrets all secrets, to be masked wherever they are repeated
     * @param tracer follows single calls; null for nobody
     * @param virtualThreads whether asynchronous calls use them; null: as this Java does best
     * @param socketFactory for TLS, with its trust manager; null: this machine's
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
            @Nullable SSLSocketFactory socketFactory,
            @Nullable X509TrustManager trustManager) {}

    public PooledHttpClient(Parts given) {
        GeminiPoolSettings settings = given.settings();
        LeakDetection leaks = new LeakDetection(settings.leakDetectionThreshold(), given.clock(), given.scheduler());
        this.parts = new HttpParts(
                settings,
                given.pools(),
                given.runner(),
                new RetryRules(settings.retry()),
                new RetryBudget(settings.retry().budget()),
                given.random(),
                given.listeners(),
                given.clock(),
                given.scheduler(),
                new ActiveCalls(given.clock(), settings.http().callTimeout(), leaks.isOn(), given.tracer()),
                new OwnedResources(),
                new Masking(given.secrets()),
                new Refusals(given.clock()),
                new AbandonedBodies(),
                leaks,
                new ProjectAliasLog());
        boolean virtual = given.virtualThreads() != null ? given.virtualThreads() : Workers.virtualByDefault();
        this.callWorkers = Workers.ofCalls(virtual);
        this.refusalWorkers = Workers.ofRefusals();
        PoolInterceptor interceptor = new PoolInterceptor(parts);
        Dispatcher dispatcher = new Dispatcher(new CallGate(parts, interceptor, callWorkers, refusalWorkers));
        // The model pools are the limit; the default of 5 calls to a host would be another one.
        dispatcher.setMaxRequests(Integer.MAX_VALUE);
        dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
        this.standingTimeout = new StandingTimeout(settings.http().readTimeout());
        this.client = build(given, interceptor, dispatcher);
        this.probe = new KeyProbe(client, callWorkers, modelUrl(settings), parts.masking(), given.clock());
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
        parts.masking().become(secrets);
    }

    private OkHttpClient build(Parts given, Interceptor interceptor, Dispatcher dispatcher) {
        HttpSettings http = given.settings().http();
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(
                        Math.max(FEWEST_IDLE_CONNECTIONS, 2 * given.settings().size()), 5, TimeUnit.MINUTES))
                .eventListenerFactory(parts.calls())
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
        if (given.socketFactory() != null && given.trustManager() != null) {
            builder.sslSocketFactory(given.socketFactory(), given.trustManager());
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
        return parts.calls().begin(options);
    }

    /** Runs something that makes HTTP calls on this thread as parts of a call. */
    public <T extends @Nullable Object> T as(PoolCall call, Supplier<T> body) {
        return parts.calls().as(call, body);
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
        long since = parts.clock().nanos();
        Duration callTimeout = timeout.isZero() ? parts.settings().http().callTimeout() : timeout;
        long until =
                Math.min(call.waitsUntil(parts.settings().acquireTimeout(), since), call.deadlineNanos(callTimeout));
        // Whoever is told may do whatever he likes, for which neither the timer nor close() has the time.
        Scheduler.Alarm alarm = parts.scheduler().schedule(until, () -> CallGate.run(refusalWorkers, tooLate));
        PendingWaits.Wait wait = otherWaits.begin(() -> CallGate.run(refusalWorkers, refuse));
        return () -> {
            alarm.cancel();
            wait.end();
            call.waited(parts.clock().nanos() - since);
        };
    }

    /**
     * Watches an answer.
     *
     * @param action is run when nobody refers to it any more; must not refer to it either
     * @return to be run when it has ended as it should
     */
    public Runnable whenLost(Object answer, Runnable action) {
        return parts.abandonedBodies().watch(answer, action)::end;
    }

    /** The time since a call began. */
    public Duration elapsed(PoolCall call) {
        return Duration.ofNanos(parts.clock().nanos() - call.startNanos());
    }

    /** Where synchronous work is done for asynchronous callers. */
    public ExecutorService workers() {
        return callWorkers;
    }

    /** Resources whose owner is known. */
    public int knownOwners() {
        return parts.resources().size();
    }

    /** Answers whose loss would be noticed. */
    public int watchedAnswers() {
        return parts.abandonedBodies().size();
    }

    /** HTTP calls that have not ended, bodies included. */
    public int activeCalls() {
        return parts.calls().count();
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
        parts.pools().close();
        probe.close();
        otherWaits.close();
        if (!isIdleWithin(gracePeriod)) {
            List<Call> left = parts.calls().all();
            log.warn("Closing the pool cancels {} calls that did not end within {}", left.size(), gracePeriod);
            left.forEach(Call::cancel);
            isIdleWithin(AFTER_CANCELLING);
        }
        callWorkers.shutdown();
        refusalWorkers.shutdown();
        parts.abandonedBodies().close();
        standingTimeout.close();
        client.connectionPool().evictAll();
    }

    private boolean isIdleWithin(Duration period) {
        long until = parts.clock().after(period);
        try {
            return parts.calls().awaitNone(until) && parts.pools().awaitIdle(until);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
