package io.github.geminipool.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.answer.Masking;
import io.github.geminipool.internal.call.ActiveCalls;
import io.github.geminipool.internal.call.CallContext;
import io.github.geminipool.internal.call.PoolCall;
import io.github.geminipool.internal.call.Refusals;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.KeySelection;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.connection.Connections;
import io.github.geminipool.internal.continuation.Continuations;
import io.github.geminipool.internal.evidence.Contrasts;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.instance.ModelPoolState;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.LeaseRequest;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.pool.PoolContext;
import io.github.geminipool.internal.quota.AliasLedgers;
import io.github.geminipool.internal.request.OwnedResources;
import io.github.geminipool.internal.retry.LoopRunner;
import io.github.geminipool.internal.retry.ModelRoutes;
import io.github.geminipool.internal.retry.Retries;
import io.github.geminipool.internal.retry.RetryBudget;
import io.github.geminipool.internal.retry.RetryRules;
import io.github.geminipool.internal.time.LastNet;
import io.github.geminipool.internal.time.Workers;
import io.github.geminipool.internal.turn.Callers;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.settings.HttpSettings;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallTracer;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.spi.SelectionStrategy;
import io.github.geminipool.testing.RecordingListener;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import okhttp3.EventListener;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** A pool with a fake exchange, in virtual time on one thread. Keys are named k1, k2, …; each is its own project. */
final class CallFixture {

    static final String MODEL = "gemini-flash-latest";
    static final String FALLBACK = "gemini-lite-latest";

    /** Three attempts, back-off of exactly 1 s and 2 s, and a token for each retry. */
    static final RetrySettings RETRY = new RetrySettings(3, Duration.ofSeconds(1), 2, Duration.ofSeconds(10), 0, 1);

    /** Settings that a test may change. */
    static final class Setup {

        int keys = 2;
        int size = 4;
        IntFunction<Project> project = number -> Project.of("p" + number);
        RetrySettings retry = RETRY;
        List<String> fallbacks = List.of();
        List<CallerLimits> callers = List.of();
        Duration acquireTimeout = Duration.ofSeconds(30);
        Limits limits = Limits.NONE;
        AttemptRunner runner = new LoopRunner();

        @Nullable
        CallTracer tracer;

        @Nullable
        PoolListener listener;
    }

    final PassingTime time = new PassingTime();
    final RecordingListener events = new RecordingListener();
    final FakeExchange exchange = new FakeExchange();
    final OwnedResources resources = new OwnedResources();
    final Continuations continuations = new Continuations();
    final Exclusions exclusions = new Exclusions();
    final KeyRing ring;
    final Connections connections = new Connections(
            HttpSettings.DEFAULTS
                    .withInsecureBaseUrl(URI.create("http://gemini.test"))
                    .withTimeouts(Duration.ZERO, Duration.ZERO, Duration.ZERO),
            1,
            null,
            time.clock()::nanos);
    final Masking masking;
    final ModelPools pools;
    final Retries retries;
    final ActiveCalls calls;
    final Callers callers;
    final CallServices services;
    final PoolInterceptor interceptor;

    /** The options of the next calls. */
    CallOptions options = CallOptions.NONE;

    private @Nullable PoolCall lastCall;

    static CallFixture ofKeys(int keys) {
        return with(setup -> setup.keys = keys);
    }

    static CallFixture with(Consumer<Setup> changes) {
        Setup setup = new Setup();
        changes.accept(setup);
        return new CallFixture(setup);
    }

    private CallFixture(Setup setup) {
        List<ApiKey> keys = IntStream.rangeClosed(1, setup.keys)
                .mapToObj(i -> ApiKey.of(secret("k" + i))
                        .named("k" + i)
                        .inProject(setup.project.apply(i).name()))
                .toList();
        ring = ring(keys, setup);
        masking = new Masking(keys.stream().map(ApiKey::secret).toList());
        PoolListener listener = setup.listener != null ? setup.listener : events;
        pools = new ModelPools(context(setup, listener), model -> setup.size, Duration.ofMinutes(5));
        retries = new Retries(
                new RetryRules(setup.retry),
                new RetryBudget(setup.retry.budget()),
                RetryBudget.ofConcurrency(setup.retry.budget(), setup.size),
                new Random(42),
                setup.retry.maxAttempts());
        calls = new ActiveCalls(time.clock(), time, Duration.ZERO, false, setup.tracer, null, request -> null);
        callers = new Callers(setup.callers, time.clock());
        Contrasts contrasts = new Contrasts(time.clock());
        services = new CallServices(
                pools,
                new LeaseWait(
                        resources,
                        contrasts,
                        continuations,
                        time.clock(),
                        setup.acquireTimeout,
                        callers,
                        new IdleReader.Watch(time.clock(), time, new Workers(false))),
                exchange,
                retries,
                new ModelRoutes(model -> model.equals(MODEL) ? setup.fallbacks : List.of()),
                resources,
                contrasts,
                continuations,
                new Refusals(time.clock()),
                listener);
        interceptor =
                new PoolInterceptor(calls, services, setup.runner, masking, connections, new LastNet(() -> false));
    }

    /** Returns the secret of a key. */
    static String secret(String key) {
        return "secret-of-key-" + key;
    }

    private KeyRing ring(List<ApiKey> keys, Setup setup) {
        Map<String, Project> projects = new HashMap<>();
        IntStream.rangeClosed(1, keys.size())
                .mapToObj(setup.project)
                .forEach(project -> projects.put(project.name(), project));
        return new KeyRing(keys, projects, exclusions, HealthSettings.DEFAULTS);
    }

    private PoolContext context(Setup setup, PoolListener listener) {
        KeySelection selection = new KeySelection(
                ring,
                exclusions,
                SelectionStrategy.of(Selection.ROUND_ROBIN),
                new Random(42),
                time.clock(),
                (project, model) -> setup.limits,
                new AliasLedgers());
        return new PoolContext(
                selection,
                new Health(exclusions, time.clock(), ring, HealthSettings.DEFAULTS, Duration.ofMinutes(5)),
                HealthSettings.DEFAULTS,
                listener,
                time.clock(),
                time,
                new RecentDecisions(0));
    }

    ModelPool pool() {
        return pools.of(MODEL);
    }

    /** Begins a call, which OkHttp would do. */
    FakeCall begin(Request request, FakeCall.Wire wire) {
        PoolCall poolCall = calls.begin(options);
        lastCall = poolCall;
        FakeCall call = new FakeCall(request, wire);
        EventListener listener = calls.as(poolCall, () -> calls.create(call));
        call.begin(listener);
        return call;
    }

    FakeCall begin(Request request) {
        return begin(request, sent -> {
            throw new AssertionError("The exchange is a fake");
        });
    }

    CallContext contextOf(FakeCall call) {
        return Objects.requireNonNull(calls.find(call));
    }

    /** Makes a call from its beginning to its end. */
    Response call(Request request) throws IOException {
        return run(begin(request));
    }

    Response call() throws IOException {
        return call(Responses.generate(MODEL));
    }

    /** Runs a call that has begun. */
    Response run(FakeCall call) throws IOException {
        try {
            return interceptor.intercept(call);
        } finally {
            call.end();
        }
    }

    /** Returns the last call that began. */
    PoolCall lastCall() {
        return Objects.requireNonNull(lastCall);
    }

    /** Returns the end of the only call. */
    CallEnded ended() {
        assertThat(events.calls()).as("calls that have ended").hasSize(1);
        return events.calls().get(0);
    }

    /** Takes a lease on behalf of another call. */
    Lease lease(String model) {
        LeaseRequest request = new LeaseRequest(KeyFilter.ANY, time.clock().nanos(), false, null);
        pools.of(model).request(request);
        return Objects.requireNonNull(request.lease());
    }

    Lease lease() {
        return lease(MODEL);
    }

    /** Has another call use an instance for a while. */
    void holdInstance(Duration duration) {
        Lease lease = lease();
        time.in(duration, () -> lease.complete(Outcome.SUCCESS));
    }

    /** Excludes the scope of a failure for a while, as another call has found it. */
    void exclude(Failure failure, Duration duration) {
        exclusions.exclude(
                new Exclusion(failure.scope(), time.clock().after(duration), "a test", failure),
                time.clock().nanos());
    }

    /** Asserts that no call holds or waits for anything. */
    void assertNothingIsLeft() {
        assertThat(calls.count()).as("calls").isZero();
        for (ModelPool pool : pools.all()) {
            ModelPoolState state = pool.state();
            assertThat(state.active()).as("active").isZero();
            assertThat(state.inFlight()).as("in flight").isEmpty();
            assertThat(state.waiting()).as("waiting").isZero();
            assertThat(state.betweenAttempts()).as("between attempts").isZero();
        }
    }
}
