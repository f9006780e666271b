package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.KeyState;
import io.github.geminipool.spi.KeyChoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole pool with faults that come and go, in virtual time. The property {@code chaos.seeds} is the number of simulated
 * worlds (ten times as many in the profile {@code soak}); {@code chaos.seed} replays one of them and prints its events.
 */
@Tag("volume")
@Timeout(300)
class ChaosSimulationTest {

    private static final Logger log = LoggerFactory.getLogger(ChaosSimulationTest.class);

    private static final long SEEDS = Long.getLong("chaos.seeds", 300);
    private static final @Nullable Long ONE = Long.getLong("chaos.seed");

    /** The same on every JDK; they change with every change of a world, plan or decision. */
    private static final String[] EVENTS_OF_THE_FIRST_FIVE = {
        "991adc3897f308ee", "1fb400329ea9e67", "ea286f6ebb2a605f", "86052fdedd0615ce", "e93fc17f5740fa8a"
    };

    private static final Duration CHAOS = Duration.ofMinutes(10);

    /** If no instance is idle, a probe is tried again after ten seconds; it takes less than a second. */
    private static final Duration PROBE = Duration.ofSeconds(15);

    private static final Logger limits = LoggerFactory.getLogger("io.github.geminipool.limits");

    @BeforeAll
    static void thousandsOfLimitsAreFoundTooHigh() {
        ((ch.qos.logback.classic.Logger) limits).setLevel(ch.qos.logback.classic.Level.ERROR);
    }

    @AfterAll
    static void limitsAreLogged() {
        ((ch.qos.logback.classic.Logger) limits).setLevel(null);
    }

    @Test
    void noCallFailsForOneKeyWhileAnotherHasQuota() {
        ChaosFigures figures = ofAll(SEEDS, (seed, all) -> new Chaos(seed, all, ONE != null));
        if (ONE == null && SEEDS >= 100) {
            assertThat(figures.faults.keySet()).as("faults").containsExactly(ChaosPlan.Fault.values());
        }
    }

    @Test
    void nineRandomlyFailingKeysOfTenNeverExhaustThePool() {
        ofAll(Math.max(1, SEEDS / 5), (seed, all) -> new NineOfTen(seed, all, ONE != null));
    }

    @Test
    void theSameSeedGivesTheSameEvents() {
        List<String> hashes = new ArrayList<>();
        for (long seed = 1; seed <= 5; seed++) {
            Chaos one = new Chaos(seed, new ChaosFigures(), false);
            one.play();
            Chaos other = new Chaos(seed, new ChaosFigures(), false);
            other.play();
            assertThat(one.run.log.hash()).as("events of seed " + seed).isEqualTo(other.run.log.hash());
            hashes.add(Long.toHexString(one.run.log.hash()));
        }
        assertThat(hashes).as("events on any JDK").containsExactly(EVENTS_OF_THE_FIRST_FIVE);
    }

    private static ChaosFigures ofAll(long seeds, BiFunction<Long, ChaosFigures, Scenario> scenario) {
        ChaosFigures figures = new ChaosFigures();
        long since = System.nanoTime();
        long[] those =
                ONE != null ? new long[] {ONE} : LongStream.range(0, seeds).toArray();
        for (long seed : those) {
            Scenario played = scenario.apply(seed, figures);
            try {
                played.play();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + " (replay it by -Dchaos.seed=" + seed + ") after " + played.run.now() / 1e9
                                + " s: " + e.getMessage(),
                        e);
            } finally {
                if (ONE != null) {
                    log.info("Events of seed {}:\n{}", seed, played.run.log.inWords());
                }
            }
        }
        log.info("{} seeds in {} ms: {}", those.length, (System.nanoTime() - since) / 1_000_000, figures);
        return figures;
    }

    /** The simulation of one seed. */
    private abstract static class Scenario {

        final Random random;
        final ChaosRun run;
        private long callsUntil;

        Scenario(Random random, ChaosWorld world, ChaosFigures figures, boolean inWords) {
            this.random = random;
            this.run = new ChaosRun(random, world, figures, inWords);
        }

        abstract void play();

        static Random randomOf(long seed) {
            // Consecutive seeds would give similar first numbers.
            return new Random(seed * 0x9E3779B97F4A7C15L);
        }

        void callUntil(long nanos) {
            callsUntil = nanos;
            run.after(0, this::someCall);
        }

        private void someCall() {
            int together = random.nextInt(30) == 0 ? 5 + random.nextInt(30) : 1;
            for (int i = 0; i < together; i++) {
                call();
            }
            long pause = random.nextInt(random.nextInt(8) == 0 ? 20_000 : 4_000) * 1_000_000L;
            if (run.now() + pause < callsUntil) {
                run.after(pause, this::someCall);
            }
        }

        abstract void call();
    }

    private static final class Chaos extends Scenario {

        Chaos(long seed, ChaosFigures figures, boolean inWords) {
            this(randomOf(seed), figures, inWords);
        }

        private Chaos(Random random, ChaosFigures figures, boolean inWords) {
            super(random, ChaosWorld.any(random), figures, inWords);
        }

        @Override
        void play() {
            new ChaosPlan(run, CHAOS.toNanos()).begin();
            callUntil(CHAOS.plusMinutes(6).toNanos());
            run.time.advance(CHAOS);
            // An error response still on its way may start one more exclusion.
            Duration rest = Duration.ofNanos(Math.max(0, run.latestAnswer() - run.now()));
            run.time.advance(rest.plus(ChaosRun.CHECK_INTERVAL).plus(PROBE));
            run.gemini.keys().forEach(this::isBack);
            run.time.advance(Duration.ofMinutes(4));
            for (SimulatedGemini.Key key : run.gemini.keys()) {
                servesACall(key);
            }
            run.close();
        }

        /** Checks that probes have restored the key; only an unexplained refusal may take longer. */
        private void isBack(SimulatedGemini.Key key) {
            KeyState state = key.health.state(run.now());
            boolean isOut = isOut(key.health.ownCell().at(run.now()))
                    || isOut(key.health.projectCell().at(run.now()));
            boolean isDegraded = key.health.isDegraded() && !key.refused.wasOnSince(Long.MIN_VALUE + 1);
            assertThat(isOut || isDegraded)
                    .as(key.name() + " one check after the last fault is " + state)
                    .isFalse();
        }

        private static boolean isOut(@Nullable Exclusion exclusion) {
            return exclusion != null
                    && (exclusion.failure() == null
                            || exclusion.failure().kind().isFaultOfKey());
        }

        private void servesACall(SimulatedGemini.Key key) {
            KeyFilter only = KeyFilter.of(KeyChoice.ANY.withOnlyKeys(Set.of(key.name())), null);
            ModelPool pool = run.pools.of(run.models.get(0));
            boolean has = run.gemini.withRoomSince(run.now(), pool.model(), only, 1) != null;
            SimulatedCall call = SimulatedCall.plain(run, pool, only);
            run.after(0, () -> run.call(call));
            run.time.advance(Duration.ofSeconds(70));
            assertThat(call.end()).as("end of a call to " + key.name()).isNotNull();
            if (has) {
                assertThat(call.end())
                        .as("end of a call to " + key.name() + ", " + call.failures())
                        .isEqualTo(SimulatedCall.End.SUCCEEDED);
            }
        }

        @Override
        void call() {
            SimulatedCall call = new SimulatedCall(run, run.someModel(), someFilter());
            run.call(call);
            if (random.nextInt(30) == 0) {
                run.after(random.nextInt(10_000) * 1_000_000L, call::cancel);
            }
        }

        private KeyFilter someFilter() {
            if (random.nextInt(6) > 0) {
                return KeyFilter.ANY;
            }
            List<SimulatedGemini.Key> keys = run.gemini.keys();
            SimulatedGemini.Key key = keys.get(random.nextInt(keys.size()));
            String project = keys.get(random.nextInt(keys.size())).project.name;
            return switch (random.nextInt(5)) {
                case 0 -> KeyFilter.of(KeyChoice.ANY, project);
                case 1 -> KeyFilter.of(KeyChoice.ANY.withPreferredProject(project), null);
                case 2 -> KeyFilter.of(KeyChoice.ANY.withOnlyKeys(Set.of(key.name())), null);
                case 3 -> KeyFilter.of(KeyChoice.ANY.withNotKeys(Set.of(key.name())), null);
                default -> KeyFilter.of(KeyChoice.ANY.withNotProjects(Set.of(project)), null);
            };
        }
    }

    /** Ten keys, of which only the last always works. */
    private static final class NineOfTen extends Scenario {

        private static final Duration DURATION = Duration.ofMinutes(15);

        private final KeyHealth good;

        NineOfTen(long seed, ChaosFigures figures, boolean inWords) {
            this(randomOf(~seed), figures, inWords);
        }

        private NineOfTen(Random random, ChaosFigures figures, boolean inWords) {
            super(random, ChaosWorld.ofKeys(10, random), figures, inWords);
            good = run.ring.keys().get(9);
        }

        @Override
        void play() {
            for (int i = 0; i < 9; i++) {
                works(run.gemini.keys().get(i));
            }
            callUntil(DURATION.toNanos());
            run.time.advance(DURATION.plusMinutes(5));
            run.close();
        }

        private void works(SimulatedGemini.Key key) {
            run.after(random.nextInt(1_000 << random.nextInt(9)) * 1_000_000L, () -> fails(key));
        }

        private void fails(SimulatedGemini.Key key) {
            Trouble trouble = switch (random.nextInt(6)) {
                case 0 -> key.project.suspended;
                case 1 -> key.refused;
                case 2 -> key.project.account.broke;
                case 3 -> key.project.quota(run.models.get(random.nextInt(2))).notEntitled;
                default -> key.revoked;
            };
            trouble.begin();
            run.after((1 + random.nextInt(1_000 << random.nextInt(10))) * 1_000_000L, () -> {
                trouble.end(run.now());
                if (run.now() < DURATION.toNanos()) {
                    works(key);
                }
            });
        }

        @Override
        void call() {
            SimulatedCall call = SimulatedCall.plain(run, run.someModel(), KeyFilter.ANY);
            run.call(call);
            run.after(0, () -> {
                if (!(good.state(run.now()) instanceof KeyState.Healthy)) {
                    throw new AssertionError("the working key is " + good.state(run.now()));
                }
            });
            run.after(Duration.ofSeconds(60).toNanos(), () -> {
                boolean refused = call.end() != SimulatedCall.End.SUCCEEDED && call.end() != SimulatedCall.End.FAILED;
                // An unexplained refusal may be the request's fault and is returned to the caller.
                boolean failed = call.end() == SimulatedCall.End.FAILED
                        && call.failures().get(call.failures().size() - 1).kind() != FailureKind.INVALID_REQUEST;
                if (refused || failed) {
                    throw new AssertionError(
                            "a call while one key works: " + call.end() + ", after " + call.failures());
                }
            });
        }
    }
}
