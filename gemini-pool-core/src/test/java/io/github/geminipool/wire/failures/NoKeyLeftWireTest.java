package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.ModelOutlook;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What statistics and log say while no key is left: they neither flap nor hide it. */
@Tag("wire")
@Timeout(120)
class NoKeyLeftWireTest {

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();

    @SuppressWarnings("NullAway.Init")
    private GeminiSimulator simulator;

    @SuppressWarnings("NullAway.Init")
    private GeminiPool pool;

    private int calls;

    private static String secret(int number) {
        return PoolInvariants.secretOf("k" + number);
    }

    private void start(int keys) {
        simulator = invariants.simulator(b -> {
            b.clock(time::now);
            IntStream.range(0, keys).forEach(i -> b.key(secret(i), options -> options.project("p" + i)));
        });
        pool = invariants.pool(simulator, b -> {
            for (int i = 0; i < keys; i++) {
                b.key(ApiKey.of(secret(i)).named("k" + i).inProject("p" + i));
            }
            RetrySettings retry = RetrySettings.DEFAULTS;
            b.settings(b.settings()
                    .withRetry(new RetrySettings(
                            1,
                            retry.initialDelay(),
                            retry.multiplier(),
                            retry.maxDelay(),
                            retry.jitter(),
                            retry.budget(),
                            retry.onEmptyResponse())));
            b.timeSource(time);
        });
    }

    private GenerationResult call(String model) {
        GenerationResult result = pool.tryGenerateContent(
                GenerationRequest.of("Hi " + calls++).model(model).acquireTimeout(Duration.ZERO));
        settle();
        return result;
    }

    private void settle() {
        Eventually.await(
                "nothing runs", () -> PoolProbe.isUpToDate(pool) && pool.stats().active() == 0);
    }

    private List<String> lines(String part) {
        return invariants.logged().stream().filter(line -> line.contains(part)).toList();
    }

    private static ModelOutlook outlook(KeyStats stats, String model) {
        return stats.models().stream()
                .filter(one -> one.model().equals(model))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void revokedKeysAreNeverHealthyAgainWithoutASuccess() {
        start(3);
        IntStream.range(0, 3).forEach(i -> simulator.keyState(secret(i), KeyState.INVALID));
        call("m");

        for (int second = 0; second < 400; second++) {
            if (second % 2 == 0) {
                call("m");
            }
            KeyStats stats = pool.keyStats();
            assertThat(stats.usable()).as("second %d: %s", second, stats.keys()).isZero();
            assertThat(stats.keys())
                    .extracting(KeyUsage::state)
                    .as("second %d", second)
                    .isSubsetOf(KeyUsage.State.QUARANTINED, KeyUsage.State.HALF_OPEN);
            assertThat(outlook(stats, "m").usableKeys()).isZero();
            time.advance(Duration.ofSeconds(1));
            if (second % 7 != 0) {
                // Else the probe has not begun yet.
                settle();
            }
        }
        settle();
        assertThat(lines("No key is left for model 'm'"))
                .singleElement()
                .asString()
                .startsWith("WARN");

        IntStream.range(0, 3).forEach(i -> simulator.keyState(secret(i), KeyState.VALID));
        time.advance(Duration.ofMinutes(5));
        settle();
        time.advance(Duration.ofMinutes(5));
        settle();
        assertThat(call("m").isSuccess()).isTrue();
        assertThat(pool.keyStats().usable()).isEqualTo(3);
        assertThat(lines("Model 'm' has a usable key again, after")).hasSize(1);
    }

    @Test
    void aQuotaOfTheDayThatIsUsedUpCountsByModel() {
        start(2);
        simulator.addQuota(Quota.requestsPerDay(1).model("m"));
        assertThat(call("m").isSuccess()).isTrue();
        assertThat(call("m").isSuccess()).isTrue();
        GenerationResult refused = call("m");

        Instant midnight = Instant.parse("2026-11-11T08:00:00Z");
        assertThat(refused.isSuccess()).isFalse();
        KeyStats stats = pool.keyStats();
        assertThat(stats.usable()).as("no model in use has a key").isZero();
        assertThat(stats.keys()).allSatisfy(key -> {
            assertThat(key.state()).isEqualTo(KeyUsage.State.HEALTHY);
            assertThat(key.excludedUntil()).isEqualTo(midnight);
        });
        ModelOutlook outlook = outlook(stats, "m");
        assertThat(outlook.usableKeys()).isZero();
        assertThat(outlook.nextUsable()).isEqualTo(midnight);
        assertThat(lines("No key is left for model 'm'"))
                .singleElement()
                .asString()
                .startsWith("WARN")
                .contains("for 12 h (08:00 UTC)")
                .contains("2 of 2 keys");

        assertThat(call("other").isSuccess()).isTrue();
        assertThat(pool.keyStats().usable()).as("another model in use has keys").isEqualTo(2);
        assertThat(pool.keyStats().isDegraded()).isTrue();

        time.advance(Duration.ofHours(12).plusSeconds(1));
        settle();
        assertThat(lines("Model 'm' has a usable key again, after 12 h")).hasSize(1);
        assertThat(pool.keyStats().isDegraded()).isFalse();
    }

    @Test
    void aQuotaOfTheDayThatThePoolCountsItselfIsToldAsWell() {
        simulator = invariants.simulator(b -> b.key(secret(0)));
        pool = invariants.pool(simulator, b -> {
            b.key(ApiKey.of(secret(0)).named("k0")).timeSource(time);
            b.settings(b.settings().withLimits(Limits.NONE.withRequestsPerDay(1)));
        });
        assertThat(call("m").isSuccess()).isTrue();
        assertThat(call("m").isSuccess()).isFalse();

        assertThat(pool.keyStats().usable()).isZero();
        assertThat(lines("No key is left for model 'm' for 12 h (08:00 UTC)")).hasSize(1);
    }

    @Test
    void anOutageIsLoggedAsLongAsItLastsWhateverTheLimitOfLines() {
        start(40);
        IntStream.range(0, 40).forEach(i -> simulator.keyState(secret(i), KeyState.INVALID));
        for (int minute = 0; minute <= 16; minute++) {
            call("m");
            time.advance(Duration.ofSeconds(30));
            settle();
            call("m");
            time.advance(Duration.ofSeconds(30));
            settle();
        }
        assertThat(lines("WARN io.github.geminipool.exclusions Not using this machine's network address"))
                .singleElement()
                .asString()
                .contains("rejected in the same way");
        assertThat(lines("Still not using this machine's network address after"))
                .extracting(line -> line.replaceAll(".* after ([^;]*);.*", "$1"))
                .containsExactly("1 min", "5 min", "15 min");

        IntStream.range(0, 40).forEach(i -> simulator.keyState(secret(i), KeyState.VALID));
        time.advance(Duration.ofMinutes(2));
        settle();
        call("m");
        assertThat(lines("Using this machine's network address again, after 1"))
                .singleElement()
                .asString()
                .startsWith("INFO");
    }

    @Test
    void aRefusalCountsAllKeysAndDoesNotAskForKeysInAnOutage() {
        start(12);
        simulator.fault(Fault.when().model("m").respond(503));
        GenerationResult refused = call("m");
        for (int i = 0; i < 20 && !exhausted(refused).contains("outage"); i++) {
            refused = call("m");
        }
        String message = exhausted(refused);
        assertThat(message).contains("12 keys, such as k0, k1").doesNotContain("add keys");
        assertThat(message).contains("the outage concerns all keys");
        assertThat(pool.keyStats().usable()).isZero();
    }

    private static String exhausted(GenerationResult result) {
        return result.failure() == null ? "" : String.valueOf(result.failure().getMessage());
    }

    @Test
    void aRefusalSaysWhenAsPeopleDo() {
        start(1);
        simulator.addQuota(Quota.requestsPerDay(1).model("m"));
        call("m");
        call("m");
        GenerationResult refused = call("m");
        assertThat(refused.failure()).isInstanceOf(PoolExhaustedException.class);
        assertThat(exhausted(refused)).contains("Try again in 12 h (08:00 UTC), or add keys");
    }
}
