package io.github.geminipool.wire.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Secret;
import io.github.geminipool.settings.RotationSettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.FaultCondition;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.wire.chaos.Troubles.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A pool under use while keys, projects, quotas and the network fail and recover in an order given by a seed. Two keys always
 * work, so no call may fail for a fault of a key, project or billing account.
 */
final class Chaos {

    static final String MODEL = "m";
    static final String OTHER_MODEL = "other-m";
    static final String UNKNOWN_MODEL = "unknown-m";

    /** Interval of the check, and so the longest pause between two probes. */
    static final Duration CHECK = Duration.ofSeconds(1);

    static final int SIZE = 32;

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
    private static final List<KeyState> REJECTIONS = List.of(KeyState.INVALID, KeyState.EXPIRED, KeyState.SUSPENDED);

    private final PoolInvariants invariants;
    private final Random random;
    private final Troubles troubles = new Troubles();
    private final GeminiSimulator simulator;
    private final GeminiPool pool;
    private final List<Switch> switches = new ArrayList<>();
    private final Map<String, Fault> faults = new LinkedHashMap<>();
    private final Map<String, Troubles.Span> spans = new HashMap<>();
    private final Map<TestKey, Integer> secretInUse = new HashMap<>();
    private final Map<TestKey, KeyState> states = new HashMap<>();
    private final Set<TestKey> removed = new HashSet<>();
    private final Map<String, LongAdder> sentByKey = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> unansweredByKey = new ConcurrentHashMap<>();
    private final Map<String, Integer> turns = new TreeMap<>();
    private int step;

    Chaos(PoolInvariants invariants, long seed) {
        this.invariants = invariants;
        this.random = new Random(seed);
        this.simulator = invariants.simulator(b -> {
            TestKey.all().forEach(key -> b.key(key.secrets().get(0), options -> options.project(key.project())));
            b.models(MODEL, OTHER_MODEL)
                    .latency(Latency.logNormal(Duration.ofMillis(1), 0.5))
                    .logLimit(1_000)
                    .seed(seed);
        });
        this.pool = invariants.pool(simulator, b -> {
            TestKey.all().forEach(key -> b.key(apiKey(key)));
            b.settings(b.settings()
                            .withSize(SIZE)
                            .withDefaultModel(MODEL)
                            .withRotation(new RotationSettings(CHECK))
                            .withHttp(b.settings()
                                    .http()
                                    .withTimeouts(Duration.ofSeconds(10), READ_TIMEOUT, Duration.ZERO)))
                    .listener(new PoolListener() {
                        @Override
                        public void attemptEnded(AttemptEnded event) {
                            if (event.sent()) {
                                sentByKey
                                        .computeIfAbsent(event.key(), key -> new LongAdder())
                                        .increment();
                                if (PoolInvariants.hadNoAnswer(event)) {
                                    unansweredByKey
                                            .computeIfAbsent(event.key(), key -> new LongAdder())
                                            .increment();
                                }
                            }
                        }
                    });
        });
        invariants.requestsMayBeLost();
        TestKey.all().forEach(key -> invariants.know(key.name(), key.secrets().get(1)));
        TestKey.SINGLES.forEach(this::switchesOf);
        switchesOfProjects();
        troubles();
    }

    GeminiPool pool() {
        return pool;
    }

    GeminiSimulator simulator() {
        return simulator;
    }

    Troubles whatWasTheTrouble() {
        return troubles;
    }

    private ApiKey apiKey(TestKey key) {
        return ApiKey.of(secret(key)).named(key.name()).inProject(key.project());
    }

    private String secret(TestKey key) {
        return key.secrets().get(secretInUse.getOrDefault(key, 0));
    }

    private void state(TestKey key, KeyState state) {
        states.put(key, state);
        simulator.keyState(secret(key), state);
    }

    private void switchesOf(TestKey key) {
        add("reject", 40, 0, () -> state(key, any(REJECTIONS)), () -> state(key, KeyState.VALID));
        add("remove", 20, 0, () -> remove(key), () -> putBack(key));
        add("renew", 1, 4, () -> renew(key), () -> {});
    }

    private void remove(TestKey key) {
        assertThat(pool.keys().remove(key.name())).isTrue();
        removed.add(key);
    }

    private void putBack(TestKey key) {
        removed.remove(key);
        pool.keys().add(apiKey(key));
    }

    /** Renews a key as an operator does: creates the new one, gives it to the pool, revokes the old one. */
    private void renew(TestKey key) {
        String old = secret(key);
        secretInUse.merge(key, 1, (before, one) -> 1 - before);
        simulator.addKey(
                secret(key), options -> options.project(key.project()).state(states.getOrDefault(key, KeyState.VALID)));
        if (!removed.contains(key)) {
            assertThat(pool.keys().replace(key.name(), Secret.of(secret(key)))).isTrue();
        }
        simulator.keyState(old, any(REJECTIONS));
    }

    private void switchesOfProjects() {
        add(
                "suspend",
                30,
                4,
                () -> TestKey.SHARING.forEach(key -> state(key, KeyState.SUSPENDED)),
                () -> TestKey.SHARING.forEach(key -> state(key, KeyState.VALID)));
        add(
                "cut quota",
                40,
                10,
                () -> simulator.addQuota(Quota.requestsPerMinute(20 + random.nextInt(200))
                        .project(TestKey.LIMITED.project())
                        .model(MODEL)),
                simulator::removeQuotas);
        addFault(
                "debt",
                40,
                10,
                null,
                () -> Fault.when()
                        .key(secret(TestKey.INDEBTED))
                        .operation(Operation.GENERATE_CONTENT)
                        .wire("402-prepay-depleted.json"));
    }

    private void troubles() {
        addFault("overload", 4, 15, Trouble.OVERLOAD, () -> by(0.6, MODEL).wire("503-high-demand.json"));
        addFault("burst", 4, 15, Trouble.OVERLOAD, () -> by(0.4, OTHER_MODEL).wire("429-no-details.json"));
        addFault("server error", 4, 15, Trouble.OVERLOAD, () -> by(0.4, MODEL).respond(500));
        addFault(
                "reset",
                4,
                15,
                Trouble.NETWORK,
                () -> Fault.when().probability(0.3 * random.nextDouble()).reset());
        addFault("reset in answer", 4, 15, Trouble.NETWORK, () -> by(0.1, MODEL).resetAfterHeaders());
        addFault("cut", 4, 15, Trouble.NETWORK, () -> by(0.1, OTHER_MODEL).truncateBody());
        addFault("hang", 2, 30, Trouble.NETWORK, () -> Fault.when().first(4).hang());
        addFault(
                "slow",
                6,
                15,
                null,
                () -> Fault.when()
                        .probability(0.5)
                        .delay(Latency.uniform(Duration.ofMillis(10), Duration.ofMillis(60))));
        addFault(
                "egress",
                3,
                60,
                Trouble.EGRESS,
                () -> any(List.<Function<FaultCondition, Fault>>of(
                                when -> when.wire("400-user-location.json"), FaultCondition::html))
                        .apply(Fault.when()));
        addFault("all reset", 3, 60, Trouble.NETWORK, () -> Fault.when().reset());
    }

    private FaultCondition by(double most, String model) {
        return Fault.when().model(model).probability(most * random.nextDouble());
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private void add(String name, int longest, int rest, Runnable on, Runnable off) {
        switches.add(new Switch(name, longest, rest, on, off));
    }

    private void addFault(String name, int longest, int rest, @Nullable Trouble trouble, Supplier<Fault> fault) {
        add(
                name,
                longest,
                rest,
                () -> {
                    if (trouble != null) {
                        spans.put(name, troubles.begin(trouble));
                    }
                    faults.put(name, fault.get());
                    simulator.fault(faults.get(name));
                },
                () -> {
                    faults.remove(name);
                    simulator.clearFaults();
                    faults.values().forEach(simulator::fault);
                    Troubles.Span span = spans.remove(name);
                    if (span != null) {
                        span.end();
                    }
                });
    }

    /** Turns off switches that have been on for too long, and flips another one. */
    void step() {
        step++;
        switches.stream()
                .filter(one -> one.isOn && step - one.since >= one.longest)
                .forEach(this::turn);
        Switch one = any(switches);
        if (one.isOn || step - one.since >= one.rest) {
            turn(one);
        }
        if (step % 20 == 0) {
            checkSizes();
            invariants.lookSoFar();
        }
    }

    private void turn(Switch one) {
        one.isOn = !one.isOn;
        one.since = step;
        if (one.isOn) {
            turns.merge(one.name, 1, Integer::sum);
            one.on.run();
        } else {
            one.off.run();
        }
    }

    private void checkSizes() {
        for (ModelStats model : pool.stats().models()) {
            assertThat(model.active()).as("in use of %s", model.model()).isBetween(0, model.size());
        }
    }

    /** Returns every kind of trouble that may be turned on. */
    Set<String> kinds() {
        return switches.stream().map(one -> one.name).collect(Collectors.toSet());
    }

    /** Returns how often each kind of trouble was turned on. */
    Map<String, Integer> turns() {
        return turns;
    }

    /**
     * Turns everything off and waits until all keys that a probe can restore are usable again.
     *
     * @return the time that took
     */
    Duration heal() {
        switches.stream().filter(one -> one.isOn).forEach(this::turn);
        // Requests that hang end when they time out.
        assertThat(Eventually.holds(() -> simulator.inFlight() == 0, READ_TIMEOUT.plusSeconds(7)))
                .as("requests hang")
                .isTrue();
        long since = System.nanoTime();
        // Two checks suffice; a busy machine is late with them.
        boolean back = Eventually.holds(() -> unusable().isEmpty(), CHECK.multipliedBy(5));
        Duration took = Duration.ofNanos(System.nanoTime() - since);
        assertThat(back).as("%s are not back after %s", unusable(), took).isTrue();
        pool.keys().enable(TestKey.INDEBTED.name());
        return took;
    }

    private List<KeyUsage> unusable() {
        return pool.keyStats().keys().stream()
                .filter(key -> !key.usable() && !key.key().equals(TestKey.INDEBTED.name()))
                .toList();
    }

    /** Checks that calls succeed again, with all keys. */
    void checkCapacity() {
        assertThat(pool.keys().names())
                .containsExactlyInAnyOrderElementsOf(
                        TestKey.all().stream().map(TestKey::name).toList());
        long before = simulator.requestCount();
        boolean used = Eventually.holds(
                () -> {
                    // Enough at once that the best key alone cannot serve them all.
                    List<CompletableFuture<GenerateContentResponse>> answers = IntStream.range(0, 4 * SIZE)
                            .mapToObj(i -> pool.generateContentAsync(
                                    GenerationRequest.of("Hi").model(OTHER_MODEL)))
                            .toList();
                    answers.forEach(CompletableFuture::join);
                    return TestKey.all().stream().allMatch(key -> hasServed(key, before));
                },
                // A key that failed while others succeeded is passed over for 30 s at most.
                Duration.ofSeconds(60));
        assertThat(used)
                .as(
                        "all keys serve again, but not %s: %s; the last choices: %s",
                        TestKey.all().stream()
                                .filter(key -> !hasServed(key, before))
                                .map(TestKey::name)
                                .toList(),
                        pool.keyStats(),
                        pool.recentDecisions())
                .isTrue();
    }

    private boolean hasServed(TestKey key, long after) {
        return simulator.requests().stream()
                .anyMatch(request -> request.sequence() > after
                        && request.operation() == Operation.GENERATE_CONTENT
                        && request.status() == 200
                        && request.key().equals(secret(key)));
    }

    private static long count(Map<String, Long> bySecret, TestKey key) {
        return key.secrets().stream()
                .mapToLong(secret -> bySecret.getOrDefault(secret, 0L))
                .sum();
    }

    /** Checks that the pool and the simulator counted the same requests for each key, over all its secrets. */
    void checkCounts() {
        assertThat(Eventually.holds(() -> TestKey.all().stream().allMatch(this::isCounted), Duration.ofSeconds(10)))
                .as("the pool counted %s, the simulator saw %s", sentByKey, simulator.requestsByKey())
                .isTrue();
    }

    private boolean isCounted(TestKey key) {
        long counted = sum(sentByKey, key);
        long seen = count(simulator.requestsByKey(), key);
        return counted >= seen && counted <= seen + sum(unansweredByKey, key);
    }

    private static long sum(Map<String, LongAdder> byKey, TestKey key) {
        LongAdder found = byKey.get(key.name());
        return found == null ? 0 : found.sum();
    }
}
