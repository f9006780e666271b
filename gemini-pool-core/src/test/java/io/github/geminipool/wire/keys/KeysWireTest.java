package io.github.geminipool.wire.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.KeyChanged.Change;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Secret;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.stats.InstanceStats;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys are added, removed, replaced, disabled and enabled while calls run, and recover after probes. */
@Tag("wire")
@Tag("once")
@Timeout(60)
class KeysWireTest {

    private static final String A = PoolInvariants.secretOf("a");
    private static final String B = PoolInvariants.secretOf("b");
    private static final String C = PoolInvariants.secretOf("c");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();
    private final RecordingListener events = new RecordingListener();
    private final List<ApiKey> source = new CopyOnWriteArrayList<>();
    private GeminiSimulator simulator;
    private GeminiPool pool;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(A).key(B).key(C));
        source.add(key("b", B));
        pool = invariants.pool(
                simulator,
                b -> b.key(key("a", A))
                        .keySource(() -> List.copyOf(source))
                        .timeSource(time)
                        .settings(b.settings()
                                .withSelection(Selection.ROUND_ROBIN)
                                .withSize(5))
                        .listener(events));
        invariants.know("b", B);
        invariants.know("c", C);
    }

    private static ApiKey key(String name, String secret) {
        return ApiKey.of(secret).named(name);
    }

    private List<String> ask(int times) {
        long before = simulator.requestCount();
        for (int i = 0; i < times; i++) {
            assertThat(pool.generateContent("Hi").text()).contains("Hi");
        }
        return simulator.requests().stream()
                .skip(before)
                .map(RequestRecord::key)
                .toList();
    }

    private List<String> bound() {
        return pool.stats().model(pool.stats().models().get(0).model()).orElseThrow().instances().stream()
                .map(InstanceStats::key)
                .toList();
    }

    private KeyUsage.State stateOf(String name) {
        return pool.keyStats().keys().stream()
                .filter(key -> key.key().equals(name))
                .findFirst()
                .orElseThrow()
                .state();
    }

    private void advance(Duration duration) {
        time.advance(duration);
        Eventually.await("timed tasks and probes", () -> PoolProbe.isUpToDate(pool));
    }

    @Test
    void aKeyThatIsAddedServesTheNextCallAndGetsInstances() {
        assertThat(ask(4)).containsExactly(A, B, A, B);

        assertThat(pool.keys().add(key("c", C))).isEqualTo("c");

        assertThat(ask(3)).containsExactlyInAnyOrder(A, B, C);
        assertThat(bound()).containsExactlyInAnyOrder("a", "a", "b", "b", "c");
        assertThat(pool.keys().names()).containsExactly("a", "b", "c");
        assertThat(events.events(KeyChanged.class)).containsExactly(new KeyChanged("c", Change.ADDED, "project 'c'"));
    }

    @Test
    void anAddedKeyServesWaitingRequests() {
        simulator.fault(Fault.when().key(A).wire("429-free-tpm.json"));
        simulator.fault(Fault.when().key(B).wire("429-free-tpm.json"));
        CompletableFuture<?> waiting = pool.generateContentAsync("Hi");
        Eventually.await("a call that waits", () -> pool.stats().waiting() == 1);

        pool.keys().add(key("c", C));

        assertThat(waiting.join()).isNotNull();
    }

    @Test
    void aCallThatRunsWithAKeyThatIsTakenOutEndsWithIt() {
        simulator.fault(Fault.when().key(A).first(1).whenInFlight(2));
        CompletableFuture<?> running = pool.generateContentAsync("Hi");
        assertThat(simulator.awaitInFlight(1, Duration.ofSeconds(10))).isTrue();

        assertThat(pool.keys().remove("a")).isTrue();

        assertThat(ask(4)).containsOnly(B);
        assertThat(running.join()).isNotNull();
        assertThat(bound()).containsOnly("b");
        assertThat(pool.keys().remove("a")).as("a second time").isFalse();
        assertThatThrownBy(() -> pool.keys().remove("b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'b' is the pool's last API key; add another one first, or disable it");
    }

    @Test
    void aFailureOfTheOldSecretDoesNotAffectTheNewOne() {
        simulator.fault(Fault.when().key(A).first(1).whenInFlight(2));
        simulator.fault(Fault.when().key(A).first(1).wire("403-key-reported-leaked.json"));
        CompletableFuture<?> running = pool.generateContentAsync("Hi");
        assertThat(simulator.awaitInFlight(1, Duration.ofSeconds(10))).isTrue();

        assertThat(pool.keys().replace("a", Secret.of(C))).isTrue();

        ask(1);
        running.join();
        assertThat(stateOf("a")).isEqualTo(KeyUsage.State.HEALTHY);
        assertThat(ask(2)).containsExactlyInAnyOrder(B, C);
    }

    @Test
    void aKeyThatIsReplacedHasNothingOfItsPast() {
        simulator.keyState(A, KeyState.LEAKED);
        assertThat(ask(1)).containsExactly(A, B);
        assertThat(stateOf("a")).isEqualTo(KeyUsage.State.QUARANTINED);

        pool.keys().replace("a", Secret.of(C));

        assertThat(ask(2)).containsExactlyInAnyOrder(B, C);
        assertThat(events.events(KeyChanged.class))
                .extracting(KeyChanged::change)
                .containsExactly(Change.REPLACED);
        assertThatThrownBy(() -> pool.keys().add(key("again", C)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'a' and 'again' are the same API key; list it once");
        assertThatThrownBy(() -> pool.keys().add(key("b", A)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Two API keys are named 'b'");
    }

    @Test
    void aKeyIsSwitchedOffAndOn() {
        assertThat(pool.keys().disable("a")).isTrue();
        assertThat(stateOf("a")).isEqualTo(KeyUsage.State.DISABLED);
        assertThat(ask(3)).containsOnly(B);
        pool.reset();
        assertThat(ask(3)).as("a reset does not switch it on").containsOnly(B);

        assertThat(pool.keys().enable("a")).isTrue();

        assertThat(stateOf("a")).isEqualTo(KeyUsage.State.HEALTHY);
        assertThat(ask(2)).containsExactlyInAnyOrder(A, B);
        assertThat(events.events(KeyChanged.class))
                .extracting(KeyChanged::change)
                .containsExactly(Change.DISABLED, Change.ENABLED);
        assertThat(pool.keys().enable("nobody")).isFalse();
        assertThat(pool.keys().disable("nobody")).isFalse();
    }

    @Test
    void enablingRestoresAKeyAtOnce() {
        simulator.keyState(A, KeyState.LEAKED);
        ask(1);
        simulator.keyState(A, KeyState.VALID);
        assertThat(ask(2)).as("until an operator acts").containsOnly(B);

        pool.keys().enable("a");

        assertThat(ask(2)).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void aResetReloadsTheKeysFromTheirSource() {
        assertThat(ask(2)).containsExactly(A, B);
        source.add(key("c", C));
        assertThat(ask(2)).as("before the reset").containsOnly(A, B);

        pool.reset();
        assertThat(ask(3)).containsExactlyInAnyOrder(A, B, C);

        source.remove(0);
        pool.reset();
        assertThat(ask(2))
                .as("what the source dropped is gone, what was given stays")
                .containsExactlyInAnyOrder(A, C);

        source.set(0, key("c", B));
        pool.reset();
        assertThat(ask(2)).as("another secret under the same name").containsExactlyInAnyOrder(A, B);

        source.set(0, key("c", B).disabled());
        pool.reset();
        assertThat(ask(2)).containsOnly(A);

        source.clear();
        pool.reset();
        assertThat(pool.keys().names()).as("an empty source changes nothing").containsExactly("a", "c");
        assertThat(events.events(KeyChanged.class))
                .extracting(KeyChanged::change)
                .containsExactly(Change.ADDED, Change.REMOVED, Change.REPLACED, Change.DISABLED);
    }

    @Test
    void aRejectedKeyComesBackWithoutACallersDoingAndRampsUp() {
        simulator.keyState(A, KeyState.INVALID);
        assertThat(ask(1)).containsExactly(A, B);
        assertThat(stateOf("a")).isEqualTo(KeyUsage.State.QUARANTINED);
        advance(Duration.ofMinutes(30));
        simulator.keyState(A, KeyState.VALID);
        long before = simulator.requestCount();

        advance(Duration.ofMinutes(5));

        assertThat(simulator.requests().stream().skip(before))
                .as("a probe that costs no quota")
                .singleElement()
                .satisfies(probe -> {
                    assertThat(probe.path()).endsWith("/v1beta/models/gemini-flash-latest");
                    assertThat(probe.key()).isEqualTo(A);
                });
        assertThat(stateOf("a")).isEqualTo(KeyUsage.State.PROBATION);
        assertThat(ask(20)).contains(A, B);
        assertThat(stateOf("a")).isEqualTo(KeyUsage.State.HEALTHY);
        assertThat(pool.stats().failedCalls()).isZero();
        assertThat(pool.stats().calls()).as("probes are no calls").isEqualTo(21);
    }

    @Test
    void aSuspendedProjectComesBackWithAllItsKeys() {
        List<ApiKey> two = new ArrayList<>();
        two.add(key("c1", C).inProject("p"));
        pool.keys().add(two.get(0));
        simulator.fault(Fault.when().key(C).wire("403-consumer-suspended.json"));
        ask(3);
        assertThat(stateOf("c1")).isEqualTo(KeyUsage.State.QUARANTINED);
        simulator.clearFaults();

        advance(Duration.ofMinutes(5));

        assertThat(stateOf("c1")).isEqualTo(KeyUsage.State.PROBATION);
        assertThat(ask(3)).contains(C);
    }

    @Test
    void aModelThatIsRetiredForAProjectIsSkippedThereWithoutTrying() {
        simulator.fault(Fault.when().key(A).model("old").wire("404-model-closed-to-new-projects.json"));
        GenerationRequest request = GenerationRequest.of("Hi").model("old");
        pool.generateContent(request);
        long before = simulator.requestCount();

        for (int i = 0; i < 4; i++) {
            pool.generateContent(request);
        }

        assertThat(simulator.requests().stream().skip(before))
                .hasSize(4)
                .extracting(RequestRecord::key)
                .containsOnly(B);
        assertThat(ask(2)).as("for another model").containsExactlyInAnyOrder(A, B);
    }

    @Test
    void keysOfOneProjectThatAreSaidToBeOfSeveralAreReportedOnce() {
        // The responses to both name one Google project.
        simulator.fault(Fault.when().key(A).first(1).wire("403-api-key-service-blocked.json"));
        simulator.fault(Fault.when().key(B).first(1).wire("403-api-key-service-blocked.json"));
        pool.keys().add(key("c", C));

        assertThat(ask(1)).containsExactly(A, B, C);
        pool.keys().enable("a");
        simulator.fault(Fault.when().key(A).first(1).wire("403-api-key-service-blocked.json"));
        ask(2);

        assertThat(invariants.logged())
                .filteredOn(line -> line.contains("belong to one Google project"))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("'a'").contains("'b'"));
    }
}
