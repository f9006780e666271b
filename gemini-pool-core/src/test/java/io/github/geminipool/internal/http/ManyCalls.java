package io.github.geminipool.internal.http;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.KeyPassedOver;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.internal.answer.AbandonedBodies;
import io.github.geminipool.internal.answer.Masking;
import io.github.geminipool.internal.answer.WholeAnswer;
import io.github.geminipool.internal.call.ActiveCalls;
import io.github.geminipool.internal.call.LeakDetection;
import io.github.geminipool.internal.call.Refusals;
import io.github.geminipool.internal.choice.KeySelection;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.connection.Connections;
import io.github.geminipool.internal.continuation.Continuations;
import io.github.geminipool.internal.event.ProjectAliasLog;
import io.github.geminipool.internal.evidence.Contrasts;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.Health;
import io.github.geminipool.internal.health.KeyRing;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.pool.PoolContext;
import io.github.geminipool.internal.quota.AliasLedgers;
import io.github.geminipool.internal.request.Credentials;
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
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.SelectionStrategy;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * A pool and many concurrent callers in virtual time, with a Gemini whose answers depend on the key. Everything between the
 * caller and the network is real.
 */
final class ManyCalls implements PoolListener, AutoCloseable {

    private static final String MODEL = CallFixture.MODEL;
    private static final String SECRET = "secret-of-key-";
    private static final int MAX_ANSWER_SIZE = 10_000;
    private static final int INSTANCES = 4_000;

    /** A call that has ended. */
    record Ended(long begunNanos, long endedNanos, boolean failed, int attempts) {}

    private final TurnTime time = new TurnTime();
    private final Random random;
    private final List<Weather> weathers;
    private final PoolInterceptor interceptor;
    private final ActiveCalls calls;
    private final ModelPools pools;
    private final AbandonedBodies abandonedBodies = new AbandonedBodies();
    private final List<Ended> ended = new ArrayList<>();
    private int begunCalls;
    private final long[] thirdFailure;
    private final int[] failures;
    private final long[] passedOverSince;
    private final long[] passedOver;

    ManyCalls(long seed, List<Weather> weathers) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.weathers = weathers;
        this.thirdFailure = new long[weathers.size()];
        this.failures = new int[weathers.size()];
        this.passedOverSince = new long[weathers.size()];
        this.passedOver = new long[weathers.size()];
        List<ApiKey> keys = IntStream.range(0, weathers.size())
                .mapToObj(i -> ApiKey.of(SECRET + i).named("k" + i).inProject("p" + i))
                .toList();
        Masking masking = new Masking(keys.stream().map(ApiKey::secret).toList());
        OwnedResources resources = new OwnedResources();
        Contrasts contrasts = new Contrasts(time.clock());
        Continuations continuations = new Continuations();
        Connections connections = new Connections(
                HttpSettings.DEFAULTS.withInsecureBaseUrl(URI.create("http://gemini.test")),
                INSTANCES,
                null,
                time.clock()::nanos);
        pools = new ModelPools(context(keys), model -> INSTANCES, Duration.ofMinutes(5));
        calls = new ActiveCalls(time.clock(), time, Duration.ZERO, false, null, null, request -> null);
        CallServices services = new CallServices(
                pools,
                new LeaseWait(
                        resources,
                        contrasts,
                        continuations,
                        time.clock(),
                        Duration.ofSeconds(30),
                        new Callers(List.of(), time.clock()),
                        new IdleReader.Watch(time.clock(), time, new Workers(false))),
                new WireExchange(
                        resources,
                        continuations,
                        masking,
                        new AttemptFailures(masking, time.clock()),
                        abandonedBodies,
                        new LeakDetection(Duration.ZERO, time.clock(), time),
                        new ProjectAliasLog(),
                        connections,
                        new WholeAnswer(MAX_ANSWER_SIZE),
                        new IdleReader.Watch(time.clock(), time, new Workers(false))),
                new Retries(
                        new RetryRules(RetrySettings.DEFAULTS),
                        new RetryBudget(RetrySettings.DEFAULTS.budget()),
                        new RetryBudget(0),
                        random,
                        RetrySettings.DEFAULTS.maxAttempts()),
                new ModelRoutes(model -> List.of()),
                resources,
                contrasts,
                continuations,
                new Refusals(time.clock()),
                this);
        interceptor =
                new PoolInterceptor(calls, services, new LoopRunner(), masking, connections, new LastNet(() -> false));
    }

    private PoolContext context(List<ApiKey> keys) {
        Map<String, Project> projects = new HashMap<>();
        keys.forEach(key ->
                projects.put(Objects.requireNonNull(key.project()), Project.of(Objects.requireNonNull(key.project()))));
        Exclusions exclusions = new Exclusions();
        KeyRing ring = new KeyRing(keys, projects, exclusions, HealthSettings.DEFAULTS);
        KeySelection selection = new KeySelection(
                ring,
                exclusions,
                SelectionStrategy.of(Selection.ADAPTIVE),
                random,
                time.clock(),
                (project, model) -> Limits.NONE,
                new AliasLedgers());
        return new PoolContext(
                selection,
                new Health(exclusions, time.clock(), ring, HealthSettings.DEFAULTS, Duration.ofMinutes(5)),
                HealthSettings.DEFAULTS,
                this,
                time.clock(),
                time,
                new RecentDecisions(0));
    }

    /** Judges the keys from time to time, as a pool does. */
    ManyCalls checkedEvery(Duration interval) {
        time.schedule(time.clock().after(interval), () -> {
            pools.check();
            checkedEvery(interval);
        });
        return this;
    }

    /** Makes calls for a time, at random moments. */
    ManyCalls callsAt(double perSecond, double seconds) {
        return bursts(perSecond, 1, seconds);
    }

    /** Makes calls for a time, some at once at random moments. */
    ManyCalls bursts(double perSecond, int together, double seconds) {
        long until = time.clock().nanos() + (long) (seconds * 1e9);
        next(perSecond, together, until);
        time.advance(Duration.ofNanos((long) (seconds * 1e9)));
        return this;
    }

    private void next(double perSecond, int together, long until) {
        long pause = (long) (-Math.log(1 - random.nextDouble()) * together / perSecond * 1e9);
        long at = time.clock().nanos() + pause;
        if (at < until) {
            time.schedule(at, () -> {
                for (int i = 0; i < together; i++) {
                    time.start(0, this::call);
                }
                next(perSecond, together, until);
            });
        }
    }

    /** Has callers make calls for a time, each one after the other. */
    ManyCalls callers(int callers, double seconds) {
        long until = time.clock().nanos() + (long) (seconds * 1e9);
        for (int i = 0; i < callers; i++) {
            time.start(random.nextInt(100_000_000), () -> {
                while (time.clock().nanos() < until) {
                    call();
                }
            });
        }
        time.advance(Duration.ofNanos((long) (seconds * 1e9)));
        return this;
    }

    /** Waits for the end of all calls. */
    ManyCalls end() {
        time.advance(Duration.ofMinutes(3));
        if (calls.count() > 0) {
            throw new AssertionError(calls.count() + " calls have not ended");
        }
        return this;
    }

    private void call() {
        long begun = time.clock().nanos();
        int[] attempts = {0};
        // What one request fails again and again says nothing of the others.
        RequestBody body = RequestBody.create("{\"seed\": " + ++begunCalls + "}", Responses.JSON);
        FakeCall call = new FakeCall(Responses.generate(MODEL, body), sent -> {
            attempts[0]++;
            return answer(sent);
        });
        call.begin(calls.as(calls.begin(CallOptions.NONE), () -> calls.create(call)));
        boolean failed;
        try (Response response = interceptor.intercept(call)) {
            var unused = Objects.requireNonNull(response.body()).string();
            failed = response.code() != 200;
        } catch (IOException e) {
            failed = true;
        } finally {
            call.end();
        }
        ended.add(new Ended(begun, time.clock().nanos(), failed, attempts[0]));
    }

    private Response answer(Request sent) throws IOException {
        int key = Integer.parseInt(
                Objects.requireNonNull(sent.header(Credentials.KEY_HEADER)).substring(SECRET.length()));
        Weather.Answer answer = weathers.get(key).at(time.clock().nanos(), random);
        time.sleep(
                answer == Weather.Answer.HANGS
                        ? answer.nanos()
                        : (long) (answer.nanos() * (0.5 + random.nextDouble())));
        return Responses.of(sent, answer.status(), answer.bodyOrThrow());
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        int key = number(event.key());
        if (event.failure() == null) {
            isTrustedAgain(key);
        } else if (++failures[key] == 3) {
            thirdFailure[key] = time.clock().nanos();
        }
    }

    @Override
    public void keyPassedOver(KeyPassedOver event) {
        int key = number(event.key());
        isTrustedAgain(key);
        passedOverSince[key] = time.clock().nanos();
    }

    private void isTrustedAgain(int key) {
        if (passedOverSince[key] > 0) {
            passedOver[key] += time.clock().nanos() - passedOverSince[key];
            passedOverSince[key] = 0;
        }
    }

    private static int number(String key) {
        return Integer.parseInt(key.substring(1));
    }

    /** Returns the calls that have ended. */
    List<Ended> ended() {
        return ended;
    }

    /** Returns when the last of some keys failed for the third time, in nanoseconds: the pool should know them by then. */
    long thirdFailureOfFirst(int bad) {
        return LongStream.of(thirdFailure).limit(bad).max().orElse(0);
    }

    /** Returns the share of failed calls among those that began within a period. */
    double failed(double fromSeconds, double untilSeconds) {
        List<Ended> those = begun(fromSeconds, untilSeconds);
        return (double) those.stream().filter(Ended::failed).count() / those.size();
    }

    /** Returns the attempts for each call, of those that began within a time. */
    double load(double fromSeconds, double untilSeconds) {
        List<Ended> those = begun(fromSeconds, untilSeconds);
        return those.stream().mapToDouble(Ended::attempts).sum() / those.size();
    }

    private List<Ended> begun(double fromSeconds, double untilSeconds) {
        return ended.stream()
                .filter(call -> call.begunNanos() >= fromSeconds * 1e9 && call.begunNanos() < untilSeconds * 1e9)
                .toList();
    }

    /** Returns the mean share of the time so far in which keys were passed over, until their next success at the latest. */
    double passedOver(IntStream keys) {
        return keys.mapToDouble(this::passedOver).average().orElse(0);
    }

    private double passedOver(int key) {
        long now = time.clock().nanos();
        long running = passedOverSince[key] > 0 ? now - passedOverSince[key] : 0;
        return (double) (passedOver[key] + running) / now;
    }

    @Override
    public void close() {
        abandonedBodies.close();
        time.close();
    }
}
