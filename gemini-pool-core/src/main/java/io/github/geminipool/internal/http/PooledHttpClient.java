package io.github.geminipool.internal.http;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.internal.answer.AbandonedBodies;
import io.github.geminipool.internal.answer.Masking;
import io.github.geminipool.internal.answer.WholeAnswer;
import io.github.geminipool.internal.call.ActiveCalls;
import io.github.geminipool.internal.call.BoundOptions;
import io.github.geminipool.internal.call.CallGroup;
import io.github.geminipool.internal.call.LeakDetection;
import io.github.geminipool.internal.call.LostCalls;
import io.github.geminipool.internal.call.PoolCall;
import io.github.geminipool.internal.call.Refusals;
import io.github.geminipool.internal.call.StalledCalls;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.connection.Connections;
import io.github.geminipool.internal.connection.Tls;
import io.github.geminipool.internal.continuation.Continuations;
import io.github.geminipool.internal.event.GuardedCallers;
import io.github.geminipool.internal.event.ProjectAliasLog;
import io.github.geminipool.internal.evidence.Contrasts;
import io.github.geminipool.internal.instance.Placement;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.request.OwnedResources;
import io.github.geminipool.internal.retry.ModelRoutes;
import io.github.geminipool.internal.retry.Retries;
import io.github.geminipool.internal.retry.RetryBudget;
import io.github.geminipool.internal.retry.RetryRules;
import io.github.geminipool.internal.shared.Owners;
import io.github.geminipool.internal.time.LastNet;
import io.github.geminipool.internal.time.PendingWaits;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.Workers;
import io.github.geminipool.internal.turn.Callers;
import io.github.geminipool.key.Secret;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.HttpSettings;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallTracer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import okhttp3.Call;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The OkHttpClient of a pool, with everything behind it. Thread-safe. */
public final class PooledHttpClient {

    private static final Logger log = LoggerFactory.getLogger(PooledHttpClient.class);

    private static final Duration OVERDUE = Duration.ofMillis(100);

    private static final Duration PERIOD_AFTER_CANCELLING = Duration.ofSeconds(2);

    private final ModelPools pools;
    private final Callers callers;
    private final PoolClock clock;
    private final Scheduler scheduler;
    private final Duration acquireTimeout;
    private final Duration callTimeout;
    private final ActiveCalls calls;
    private final OwnedResources resources;
    private final Continuations continuations = new Continuations();
    private final AbandonedBodies abandonedBodies = new AbandonedBodies();
    private final PendingWaits pendingWaits = new PendingWaits();
    private final Masking masking;
    private final Workers workers;
    private final Connections connections;
    private final OkHttpClient client;
    private final KeyProbe probe;
    private final LastNet net;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * The parts of a pool's HTTP client.
     *
     * @param runner runs the attempts of calls
     * @param random spreads the back-off; thread-safe
     * @param secrets all secrets, which are masked wherever they are echoed
     * @param tracer traces calls; null for none
     * @param resolver finds the caller of calls that name none; null for none
     * @param virtualThreads whether asynchronous calls run on virtual threads
     * @param tls the TLS configuration; null for the JVM's default
     * @param owners learns which project owns a resource
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
            @Nullable GuardedCallers resolver,
            boolean virtualThreads,
            @Nullable Tls tls,
            Owners owners,
            Callers callers) {}

    public PooledHttpClient(Parts parts) {
        GeminiPoolSettings settings = parts.settings();
        HttpSettings http = settings.http();
        LeakDetection leaks = new LeakDetection(settings.leakDetectionThreshold(), parts.clock(), parts.scheduler());
        this.pools = parts.pools();
        this.callers = parts.callers();
        this.clock = parts.clock();
        this.scheduler = parts.scheduler();
        this.acquireTimeout = settings.acquireTimeout();
        this.callTimeout = http.callTimeout();
        this.calls = new ActiveCalls(
                clock, scheduler, callTimeout, leaks.isOn(), parts.tracer(), parts.resolver(), this::tokenOf);
        this.masking = new Masking(parts.secrets());
        this.resources = new OwnedResources(masking::maskName, parts.owners());
        this.workers = new Workers(parts.virtualThreads());
        this.connections = new Connections(http, settings.size(), parts.tls(), clock::nanos);
        Contrasts contrasts = new Contrasts(clock);
        AttemptFailures failures = new AttemptFailures(masking, clock);
        IdleReader.Watch readers = new IdleReader.Watch(clock, scheduler, workers);
        CallServices services = new CallServices(
                pools,
                new LeaseWait(resources, contrasts, continuations, clock, acquireTimeout, parts.callers(), readers),
                new WireExchange(
                        resources,
                        continuations,
                        masking,
                        failures,
                        abandonedBodies,
                        leaks,
                        new ProjectAliasLog(),
                        connections,
                        new WholeAnswer(http.maxAnswerSize()),
                        readers),
                new Retries(
                        new RetryRules(settings.retry()),
                        new RetryBudget(settings.retry().budget()),
                        RetryBudget.ofConcurrency(settings.retry().budget(), 4 * settings.size()),
                        parts.random(),
                        settings.retry().maxAttempts()),
                new ModelRoutes(settings::fallbacksOf),
                resources,
                contrasts,
                continuations,
                new Refusals(clock),
                parts.listeners());
        Dispatcher dispatcher =
                new Dispatcher(new CallGate(calls, services, connections.origin(), workers, this::watch));
        LostCalls lost = new LostCalls(calls, dispatcher);
        StalledCalls stalled = new StalledCalls(calls, this::runningProbes, connections, http.readTimeout());
        this.net = new LastNet(() -> {
            boolean again = lost.look();
            return stalled.look() || again;
        });
        this.client =
                client(new PoolInterceptor(calls, services, parts.runner(), masking, connections, net), dispatcher);
        this.probe = new KeyProbe(client, workers.calls(), modelUrl(settings), masking, failures);
    }

    private void watch() {
        net.begin();
    }

    private @Nullable String tokenOf(Request request) {
        return resources.factsOf(request).continuation();
    }

    private static HttpUrl modelUrl(GeminiPoolSettings settings) {
        return HttpUrl.get(settings.http().baseUrl().toString())
                .newBuilder()
                .addPathSegments(settings.http().apiVersion() + "/models")
                .addPathSegment(settings.defaultModel())
                .build();
    }

    /** Sends a probe with the key of a lease, and completes the lease when it ends; does not block. */
    public void probe(Lease lease) {
        net.begin();
        probe.accept(lease);
    }

    /** Returns the number of probes that have not ended. */
    public int probesUnderWay() {
        return probe.underWay();
    }

    private List<Call> runningProbes() {
        return probe.running();
    }

    /** Replaces the secrets to be masked. */
    public void keysChanged(List<Secret> secrets) {
        masking.become(secrets);
        resources.secretsChanged();
    }

    private OkHttpClient client(Interceptor interceptor, Dispatcher dispatcher) {
        // Only the model pools limit concurrency; OkHttp's default is 5 calls per host.
        dispatcher.setMaxRequests(Integer.MAX_VALUE);
        dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
        return connections
                .client(calls::find)
                .dispatcher(dispatcher)
                .eventListenerFactory(calls)
                .addInterceptor(interceptor)
                .build();
    }

    public OkHttpClient client() {
        return client;
    }

    /** Returns a view of the client whose calls have options. */
    public OkHttpClient client(CallOptions options) {
        return BoundOptions.bind(client, options);
    }

    /**
     * Sets options for the calls that this thread begins from now on, through any client.
     *
     * @return restores the previous options; must be run by the same thread
     */
    public Runnable within(CallOptions options) {
        return calls.within(options);
    }

    /** Begins a call; {@link #as} makes HTTP calls parts of it. */
    public PoolCall begin(CallOptions options) {
        return calls.begin(options);
    }

    /** Chooses a key and an instance for a chat that this thread creates; null if none of the keys that it may use is usable. */
    public @Nullable Placement place(String model) {
        CallOptions options = calls.begin(CallOptions.NONE).options();
        return pools.of(model).place(KeyFilter.of(callers.of(options.caller()).keysOf(options.keys()), null));
    }

    /** Restarts the clock of a call that begins only now. */
    public void beginsNow(PoolCall call) {
        call.beginsAt(clock.nanos());
    }

    /** Runs code that makes HTTP calls on this thread as parts of a call. */
    public <T extends @Nullable Object> T as(PoolCall call, Supplier<T> body) {
        return calls.as(call, body);
    }

    /** Runs code on this thread whose calls belong to a group; null for no group. */
    public <T extends @Nullable Object> T in(@Nullable CallGroup group, Supplier<T> body) {
        return calls.in(group, body);
    }

    /**
     * Begins a wait for something other than an instance, which counts towards the call's acquire timeout.
     *
     * @param timeout the timeout of the whole call if its caller set none; 0 for the pool's
     * @param tooLate runs when the wait has reached its timeout
     * @param refuse runs if the pool is closed during the wait, or was before
     * @return ends the wait; must be run however it ended
     */
    public Runnable waiting(PoolCall call, Duration timeout, Runnable tooLate, Runnable refuse) {
        long since = clock.nanos();
        long until = Math.min(call.waitsUntil(acquireTimeout, since), call.deadlineNanos(timeout, callTimeout));
        // These actions run user code, which must not block the timer or close().
        Scheduler.Alarm alarm = scheduler.schedule(until, () -> workers.run(tooLate));
        PendingWaits.Wait wait = pendingWaits.begin(() -> workers.refuse(refuse));
        return () -> {
            alarm.cancel();
            wait.end();
            call.waited(clock.nanos() - since);
        };
    }

    /**
     * Returns whether a wait that began with the call has gone on for longer than {@link #waiting} allows, because the timer is
     * late or its thread could not be started.
     *
     * @param timeout as for {@link #waiting}
     */
    public boolean isOverdue(PoolCall call, Duration timeout) {
        long until =
                Math.min(call.waitsUntil(acquireTimeout, call.startNanos()), call.deadlineNanos(timeout, callTimeout));
        return clock.nanos() > PoolClock.plus(until, OVERDUE);
    }

    /**
     * Interrupts a call after a time unless its response has begun to arrive.
     *
     * @return ends the watch
     */
    public Runnable interruptAfter(PoolCall call, Duration time) {
        return scheduler.schedule(clock.after(time), call::interrupt)::cancel;
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

    /**
     * Adopts the owner of a resource that another replica has learned.
     *
     * @param project null if the resource no longer exists
     */
    public void adoptOwner(String resource, @Nullable String project) {
        resources.adopt(resource, project);
    }

    /** Returns the number of resources with a known owner. */
    public int knownOwners() {
        return resources.size();
    }

    /** Returns the number of continuation tokens remembered. */
    public int knownContinuations() {
        return continuations.size();
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
        try {
            endCalls(gracePeriod);
        } finally {
            workers.shutdown();
            abandonedBodies.close();
            net.close();
            connections.close();
        }
    }

    private void endCalls(Duration gracePeriod) {
        pools.close();
        probe.close();
        pendingWaits.close();
        if (!isIdleWithin(gracePeriod)) {
            List<Call> left = calls.all();
            log.warn("Closing the pool cancels {} calls that did not end within {}", left.size(), gracePeriod);
            left.forEach(Call::cancel);
            isIdleWithin(PERIOD_AFTER_CANCELLING);
        }
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
