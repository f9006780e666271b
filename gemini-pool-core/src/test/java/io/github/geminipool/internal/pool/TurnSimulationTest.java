package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.key.Limits;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whose turn it is, for half an hour of virtual time: fair over callers, and interactive calls beside a batch. */
class TurnSimulationTest {

    private static final Logger log = LoggerFactory.getLogger(TurnSimulationTest.class);

    private static final int PROJECTS = 5;
    private static final int LIMIT = 60;
    private static final double SECONDS = 1_800;
    private static final int SOME = 50;

    private static PoolFixture pool() {
        return new PoolFixture(
                64,
                SelectionStrategy.of(Selection.ADAPTIVE),
                PoolFixture.projects(PROJECTS),
                Limits.NONE.withRequestsPerMinute(LIMIT));
    }

    private static double used(TurnLoad load, double from, double to) {
        return 100.0 * load.grantedBetween(from, to) / (PROJECTS * LIMIT * (to - from) / 60);
    }

    /** One caller has ten thousand calls waiting; the others have one now and then, and together half of the quota. */
    private static TurnLoad crowd(ModelPool pool, PoolFixture fixture, boolean named, long seed) {
        TurnLoad load = new TurnLoad(pool, fixture.time, seed);
        load.until(SECONDS);
        load.many(10_000, named ? "heavy" : null, false, false);
        for (int i = 0; i < SOME; i++) {
            load.nowAndThen(named ? "user-" + i : null, 20);
        }
        fixture.time.advance(Duration.ofSeconds((long) SECONDS));
        return load;
    }

    @Test
    void whoeverHasOneCallNowAndThenWaitsForOneTurnAtMost() {
        PoolFixture fixture = pool();
        TurnLoad load = crowd(fixture.pool, fixture, true, 1);
        PoolFixture other = pool();
        TurnLoad without = crowd(other.pool, other, false, 1);
        log.info(
                "fair: p99 {} turns, {} s, most {} turns, {} % used; one line: {} % used",
                TurnLoad.p99(load.turns),
                TurnLoad.p99(load.waits),
                load.turns.stream().max(Double::compare).orElseThrow(),
                used(load, 0, SECONDS),
                used(without, 0, SECONDS));

        assertThat(load.waits).hasSizeGreaterThan(4_000);
        assertThat(TurnLoad.p99(load.turns)).as("p99 of turns").isLessThanOrEqualTo(1.5);
        assertThat(used(load, 0, SECONDS))
                .as("used")
                .isGreaterThanOrEqualTo(99)
                .isGreaterThanOrEqualTo(0.99 * used(without, 0, SECONDS));
        // In one line all wait behind the ten thousand.
        assertThat(without.turns).isEmpty();
    }

    @Test
    void whoeverHasManyGetsWhatOthersLeave() {
        PoolFixture fixture = pool();
        TurnLoad load = new TurnLoad(fixture.pool, fixture.time, 1);
        load.until(SECONDS);
        load.many(100, "one", false, true);
        load.many(20, "other", false, true);
        fixture.time.advance(Duration.ofSeconds((long) SECONDS));
        long one = load.callers.of("one").stats(0).calls();
        long other = load.callers.of("other").stats(0).calls();

        assertThat((double) one / other).isBetween(0.95, 1.05);
    }

    private static TurnLoad chatBesideBatch(PoolFixture fixture, boolean hasPriority, double chatEvery) {
        TurnLoad load = new TurnLoad(fixture.pool, fixture.time, 1);
        load.until(SECONDS);
        load.many(100, null, hasPriority, true);
        load.nowAndThen(null, chatEvery);
        fixture.time.advance(Duration.ofSeconds((long) SECONDS));
        return load;
    }

    @Test
    void interactiveCallsWaitLessThanASecondBesideABatchThatAlwaysHasWork() {
        TurnLoad load = chatBesideBatch(pool(), true, 1);
        TurnLoad without = chatBesideBatch(pool(), false, 1);
        log.info(
                "beside a batch: p99 {} s, {} % used; without priorities: p99 {} s, {} % used",
                TurnLoad.p99(load.waits),
                used(load, 60, SECONDS),
                TurnLoad.p99(without.waits),
                used(without, 60, SECONDS));

        assertThat(TurnLoad.p99(load.waits)).as("p99").isLessThan(1);
        assertThat(TurnLoad.p99(without.waits)).as("p99 without").isGreaterThan(10);
        assertThat(used(load, 60, SECONDS)).as("used").isGreaterThanOrEqualTo(97);
    }

    @Test
    void aBatchDoesNotTakeAFreshMinuteAtOnce() {
        TurnLoad load = chatBesideBatch(pool(), true, 1);

        assertThat(load.grantedBetween(0, 1)).isLessThanOrEqualTo(13);
        for (int second = 0; second < 60; second += 5) {
            assertThat(load.grantedBetween(second, second + 5)).isLessThanOrEqualTo(40);
        }
    }

    @Test
    void aBatchIsNotStarved() {
        PoolFixture fixture = pool();
        TurnLoad load = new TurnLoad(fixture.pool, fixture.time, 1);
        load.until(SECONDS);
        load.many(100, null, false, true);
        load.many(10, null, true, true);
        fixture.time.advance(Duration.ofSeconds((long) SECONDS));

        assertThat(100.0 * load.background / load.grants.size()).isBetween(4.9, 6.0);
        assertThat(used(load, 0, SECONDS)).isGreaterThanOrEqualTo(99);
    }

    @Test
    void aBatchAloneHasAll() {
        PoolFixture fixture = pool();
        TurnLoad load = new TurnLoad(fixture.pool, fixture.time, 1);
        load.until(SECONDS);
        load.many(100, null, true, true);
        fixture.time.advance(Duration.ofSeconds((long) SECONDS));

        assertThat(used(load, 60, SECONDS)).isGreaterThanOrEqualTo(99);
    }

    @Test
    void turnsAreFairWithinEachReplicaOfASharedStore() {
        ReplicaWorld world = new ReplicaWorld(1, PROJECTS, LIMIT);
        List<TurnLoad> loads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            TurnLoad load = new TurnLoad(world.join().pool(), world.time, i);
            load.until(600);
            load.many(3_000, "heavy", false, false);
            for (int user = 0; user < 20; user++) {
                load.nowAndThen("user-" + user, 20);
            }
            loads.add(load);
        }
        world.time.advance(Duration.ofMinutes(10));
        double used = 0;
        for (TurnLoad load : loads) {
            log.info("replica: p99 {} turns, {} s", TurnLoad.p99(load.turns), TurnLoad.p99(load.waits));
            assertThat(load.waits).hasSizeGreaterThan(500);
            assertThat(TurnLoad.p99(load.turns)).isLessThanOrEqualTo(1.5);
            used += used(load, 60, 600);
        }
        assertThat(used).isGreaterThanOrEqualTo(98);
    }
}
