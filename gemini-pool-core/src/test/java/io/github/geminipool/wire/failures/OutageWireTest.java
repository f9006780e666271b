package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.errors.ServerException;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.settings.ModelSettings;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All projects fail together: the pool detects the outage, and one call at a time probes whether it is over. */
@Tag("wire")
@Timeout(120)
class OutageWireTest {

    private static final List<String> KEYS = Stream.of("one", "two", "three", "four")
            .map(PoolInvariants::secretOf)
            .toList();
    private static final Duration STEP = Duration.ofMillis(500);
    private static final int STEPS_PER_SECOND = 2;

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();
    private final List<CompletableFuture<GenerationResult>> calls = new ArrayList<>();
    private final RecordingListener events = new RecordingListener();

    private GeminiSimulator simulator;
    private GeminiPool pool;

    @BeforeEach
    void start() {
        start(b -> {});
    }

    private void start(RetrySettings retry) {
        start(b -> b.settings(b.settings().withRetry(retry)));
    }

    private void start(Consumer<GeminiPoolBuilder> customizer) {
        simulator = invariants.simulator(b -> KEYS.forEach(b::key));
        pool = invariants.pool(simulator, b -> {
            KEYS.forEach(b::key);
            customizer.accept(b);
            b.timeSource(time).listener(events);
        });
    }

    private List<Record> scopeChanges() {
        return events.events().stream()
                .filter(event -> event instanceof ScopeExcluded || event instanceof ScopeRestored)
                .toList();
    }

    private void call(String model) {
        calls.add(pool.tryGenerateContentAsync(
                GenerationRequest.of("Hi " + calls.size()).model(model)));
    }

    private CompletableFuture<GenerationResult> latest() {
        return calls.get(calls.size() - 1);
    }

    /** Makes calls one after the other. */
    private void callsInTurn(int count) {
        for (int i = 0; i < count; i++) {
            call("m");
            Eventually.await("the call is over", latest()::isDone);
        }
    }

    private static List<CompletableFuture<GenerationResult>> ended(List<CompletableFuture<GenerationResult>> begun) {
        Eventually.await("the calls are over", () -> begun.stream().allMatch(CompletableFuture::isDone));
        return begun;
    }

    /** Waits until every call has ended or is waiting. */
    private void settle() {
        Eventually.await(
                "all calls wait or are done",
                () -> PoolProbe.isUpToDate(pool)
                        && pool.stats().active() == 0
                        && calls.stream().filter(call -> !call.isDone()).count() == PoolProbe.activeCalls(pool));
    }

    /** Advances time second by second, with a call at each step. */
    private List<CompletableFuture<GenerationResult>> seconds(int seconds, String model) {
        List<CompletableFuture<GenerationResult>> begun = new ArrayList<>();
        for (int i = 0; i < seconds * STEPS_PER_SECOND; i++) {
            call(model);
            begun.add(latest());
            settle();
            time.advance(STEP);
        }
        settle();
        return begun;
    }

    private static boolean isSuccess(CompletableFuture<GenerationResult> call) {
        return call.isDone() && call.join().isSuccess();
    }

    private List<Scope> excluded() {
        return scopeChanges().stream()
                .filter(ScopeExcluded.class::isInstance)
                .map(event -> ((ScopeExcluded) event).scope())
                .toList();
    }

    private List<Scope> restored() {
        return scopeChanges().stream()
                .filter(ScopeRestored.class::isInstance)
                .map(event -> ((ScopeRestored) event).scope())
                .toList();
    }

    static Stream<Arguments> outages() {
        return Stream.of(
                Arguments.of("503", Fault.when().model("m").wire("503-high-demand.json"), new Scope.Model("m")),
                Arguments.of("500", Fault.when().model("m").wire("500-internal.json"), new Scope.Model("m")),
                Arguments.of(
                        "429 without details",
                        Fault.when().model("m").wire("429-no-details.json"),
                        new Scope.Model("m")),
                Arguments.of("reset", Fault.when().model("m").reset(), new Scope.Egress()));
    }

    @ParameterizedTest(name = "{0}")
    @Tag("once")
    @MethodSource("outages")
    void ofAMinuteCostsAtMostAQuarterMoreAndIsOverWithinFiveSeconds(String name, Fault fault, Scope scope) {
        seconds(5, "m");
        long before = simulator.requestCount();
        simulator.fault(fault);

        List<CompletableFuture<GenerationResult>> during = seconds(60, "m");

        long requests = simulator.requestCount() - before;
        assertThat((double) requests / during.size())
                .as("%s requests for %s calls", requests, during.size())
                .isLessThanOrEqualTo(1.25);
        assertThat(excluded()).as("nothing but what fails").isNotEmpty().containsOnly(scope);
        assertThat(pool.keyStats().keys()).allSatisfy(key -> {
            assertThat(key.state()).as("no key is blamed").isEqualTo(KeyUsage.State.HEALTHY);
            assertThat(key.errorRate()).isZero();
        });
        // A request that has waited longer must not wait for the next probe.
        List<CompletableFuture<GenerationResult>> waiting =
                during.subList(during.size() - 25 * STEPS_PER_SECOND, during.size()).stream()
                        .filter(call -> !call.isDone())
                        .toList();
        assertThat(waiting.size()).as("most of the last 25 seconds wait").isGreaterThan(40);

        simulator.clearFaults();
        seconds(5, "m");

        assertThat(ended(calls)).as("nobody waits any more").allMatch(CompletableFuture::isDone);
        assertThat(waiting).as("those who waited are answered").allMatch(OutageWireTest::isSuccess);
        assertThat(restored()).containsExactly(scope);
        long after = simulator.requestCount();
        assertThat(ended(seconds(5, "m"))).allMatch(OutageWireTest::isSuccess);
        assertThat(simulator.requestCount() - after).isEqualTo(5 * STEPS_PER_SECOND);
        assertThat(invariants.logged().stream().filter(line -> line.contains("WARN") && line.contains("Not using")))
                .as("the log tells of its beginning once")
                .hasSize(1);
        assertThat(invariants.logged().stream().filter(line -> line.contains("INFO") && line.contains("again")))
                .as("and of its end")
                .hasSize(1);
    }

    @Test
    void ofAModelConcernsNoOther() {
        simulator.fault(Fault.when().model("m").respond(503));
        seconds(5, "m");
        assertThat(excluded()).contains(new Scope.Model("m"));

        long before = simulator.requestCount();
        assertThat(ended(seconds(2, "other"))).allMatch(OutageWireTest::isSuccess);
        time.advance(Duration.ofSeconds(30));
        settle();
        assertThat(simulator.requestCount() - before).isGreaterThanOrEqualTo(2 * STEPS_PER_SECOND);
    }

    @Test
    void isFoundOutByOneCallAtATime() {
        simulator.fault(Fault.when().model("m").first(40).respond(503));
        seconds(3, "m");
        assertThat(excluded()).isNotEmpty();
        simulator.clearFaults();
        simulator.fault(Fault.when().model("m").first(1).hang());
        time.advance(Duration.ofSeconds(4));
        assertThat(simulator.awaitInFlight(1, Duration.ofSeconds(10))).isTrue();

        for (int i = 0; i < 9; i++) {
            call("m");
            time.advance(Duration.ofSeconds(1));
            Eventually.await("the call waits", () -> PoolProbe.activeCalls(pool) == openCalls());
            assertThat(simulator.inFlight()).isEqualTo(1);
        }

        // A probe without a response after ten seconds does not block the next one.
        time.advance(Duration.ofSeconds(1));
        Eventually.await("all but that one are answered", () -> openCalls() == 1);
        calls.forEach(call -> call.cancel(true));
    }

    private int openCalls() {
        return (int) calls.stream().filter(call -> !call.isDone()).count();
    }

    /** There is no retry, so that an outage costs each call at most one request. */
    @Test
    void isReportedAtOnceToTheProbingCall() {
        start(new RetrySettings(3, Duration.ZERO, 1, Duration.ZERO, 0, 1));
        simulator.fault(Fault.when().model("m").wire("503-high-demand.json"));
        // Each call of three attempts counts once: the fifth in a row starts the outage.
        callsInTurn(4);
        call("m");
        Eventually.await(
                "the fifth call waits",
                () -> simulator.requestCount() == 13 && pool.stats().waiting() == 1);
        time.advance(Duration.ofSeconds(1));
        Eventually.await("it is told", latest()::isDone);
        assertThat(simulator.requestCount()).isEqualTo(14);

        for (int pause : new int[] {2, 4, 4, 4}) {
            long before = simulator.requestCount();
            call("m");
            CompletableFuture<GenerationResult> next = latest();
            Eventually.await("it waits for the pause to end", () -> pool.stats().waiting() == 1);
            time.advance(Duration.ofSeconds(pause).minusMillis(1));
            settle();
            assertThat(simulator.requestCount()).isEqualTo(before);
            time.advance(Duration.ofMillis(1));
            Eventually.await("it is told", next::isDone);
            assertThat(simulator.requestCount()).isEqualTo(before + 1);
            assertThat(next.join().failure()).isInstanceOf(ServerException.class);
            assertThat(next.join().attempts()).hasSize(1);
        }
    }

    @Test
    void failsCallsAtOnceThatCannotBeServedInTime() {
        start(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 1));
        simulator.fault(Fault.when().model("m").respond(503));
        callsInTurn(5);

        Throwable e = catchThrowable(() ->
                pool.generateContent(GenerationRequest.of("Hi").model("m").acquireTimeout(Duration.ofMillis(500))));

        assertThat(e).isInstanceOfSatisfying(PoolExhaustedException.class, exhausted -> {
            assertThat(exhausted.retryAfter()).hasSeconds(1);
            assertThat(exhausted).hasMessageContaining("All projects fail");
        });
        assertThat(simulator.requestCount()).isEqualTo(5);
    }

    /** With a success in between, or a project that was not tried, there is no outage. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void isNoneWhileOneProjectResponds(int failing) {
        start(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 1));
        KEYS.subList(0, failing)
                .forEach(key -> simulator.fault(Fault.when().key(key).respond(503)));

        callsInTurn(40);

        assertThat(scopeChanges()).isEmpty();
        assertThat(simulator.requestCount()).isEqualTo(40);
    }

    @Test
    @Tag("once")
    void ofAllKeysRejectedAlikeIsBlamedOnTheWayThereAndNotOnTheKeys() {
        seconds(1, "m");
        // The address of this machine has changed, and the keys are restricted to the old one.
        KEYS.forEach(key -> simulator.fault(Fault.when().key(key).body(403, "application/json", """
                        {"error":{"code":403,"message":"The provided API key has an IP address restriction.",
                        "status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo",
                        "reason":"API_KEY_IP_ADDRESS_BLOCKED","domain":"googleapis.com"}]}}""")));
        long before = simulator.requestCount();

        List<CompletableFuture<GenerationResult>> during = seconds(200, "m");

        assertThat(excluded()).contains(new Scope.Egress());
        assertThat(scopeChanges()).filteredOn(ScopeExcluded.class::isInstance).anySatisfy(event -> {
            ScopeExcluded excluded = (ScopeExcluded) event;
            assertThat(excluded.failure().kind()).isEqualTo(FailureKind.EGRESS_BLOCKED);
            assertThat(excluded.failure().reason())
                    .contains("4 of 4 keys", "within a minute", "the cause is Google or this machine's address");
        });
        assertThat(simulator.requestCount() - before)
                .as("it does not walk through the pool again and again")
                .isLessThan(during.size() / 10);

        simulator.clearFaults();
        seconds(60, "m");
        assertThat(ended(seconds(5, "m"))).as("it heals by itself").allMatch(OutageWireTest::isSuccess);
        time.advance(Duration.ofMinutes(1));
        seconds(5, "m");
        assertThat(pool.keyStats().keys())
                .as("no key is lost")
                .allSatisfy(key -> assertThat(key.usable()).isTrue());
    }

    /** Other keys work, so the network is not to blame; but that many keys are not excluded for long. */
    @Test
    @Tag("once")
    void ofMostKeysKeepsThemOutForAMinuteAtMostAndNoCallFails() {
        KEYS.subList(0, 3).forEach(key -> simulator.keyState(key, KeyState.INVALID));

        assertThat(ended(seconds(130, "m"))).allMatch(OutageWireTest::isSuccess);

        assertThat(excluded()).doesNotContain(new Scope.Egress());
        KEYS.subList(0, 3).forEach(key -> simulator.keyState(key, KeyState.VALID));
        time.advance(Duration.ofMinutes(1));
        assertThat(ended(seconds(2, "m"))).allMatch(OutageWireTest::isSuccess);
        assertThat(pool.keyStats().usable()).isEqualTo(4);
    }

    @Test
    void sendsCallsToTheFallbackAtOnceAndBackWhenItIsOver() {
        start(b -> b.settings(b.settings()
                .withRetry(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 1))
                .withModels(Map.of("m", ModelSettings.DEFAULTS.withFallbacks("other")))));
        simulator.fault(Fault.when().model("m").wire("503-high-demand.json"));
        for (int i = 0; i < 20; i++) {
            callsInTurn(1);
            time.advance(STEP);
        }
        assertThat(calls).as("nobody waits").allMatch(OutageWireTest::isSuccess);
        assertThat(calls.subList(8, 20))
                .as("five find the outage; then one finds out after 1, 2 and 4 s, and is answered by the fallback too")
                .allSatisfy(call -> assertThat(call.join().model()).isEqualTo("other"));
        long asked = simulator.requests().stream()
                .filter(request -> request.path().contains("/m:"))
                .count();
        assertThat(asked).isEqualTo(5 + 3);

        simulator.clearFaults();
        time.advance(Duration.ofSeconds(4));
        callsInTurn(2);

        assertThat(latest().join().model()).isEqualTo("m");
        assertThat(restored()).containsExactly(new Scope.Model("m"));
    }

    @Test
    void isForgottenByAReset() {
        start(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 1));
        simulator.fault(Fault.when().model("m").respond(503));
        callsInTurn(5);
        assertThat(excluded()).hasSize(1);

        assertThat(pool.reset("m")).isTrue();
        callsInTurn(4);

        assertThat(simulator.requestCount()).as("nobody waits").isEqualTo(9);
        assertThat(excluded()).as("it takes five again").hasSize(1);
    }
}
