package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.time.PacificDay;
import io.github.geminipool.key.Limits;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When the last of many background calls can be sent. */
class BackgroundForecastTest {

    private static PoolFixture pool(Limits limits) {
        return new PoolFixture(100, SelectionStrategy.of(Selection.ADAPTIVE), PoolFixture.projects(2), limits);
    }

    @Test
    void comesFromTheRequestsPerMinuteOfAllProjects() {
        assertThat(pool(Limits.NONE.withRequestsPerMinute(50)).pool.sentIn(300, 0))
                .isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    void comesFromTheTokensPerMinute() {
        Limits limits = Limits.NONE.withRequestsPerMinute(50).withTokensPerMinute(10_000);
        assertThat(pool(limits).pool.sentIn(10, 100_000)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void leavesOutWhatInteractiveCallsTake() {
        PoolFixture fixture = pool(Limits.NONE.withRequestsPerMinute(50));
        fixture.leases(40).forEach(lease -> lease.complete(Outcome.SUCCESS));
        assertThat(fixture.pool.sentIn(300, 0)).isEqualTo(Duration.ofMinutes(5));
        fixture.time.advance(Duration.ofSeconds(62));
        assertThat(fixture.pool.sentIn(300, 0)).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    void goesOnTheNextDaysWhenTheDaysAreUsedUp() {
        PoolFixture fixture = pool(Limits.NONE.withRequestsPerMinute(50).withRequestsPerDay(100));
        Duration toMidnight = Duration.between(fixture.time.now(), PacificDay.endAfter(fixture.time.now()));
        assertThat(fixture.pool.sentIn(200, 0)).isEqualTo(Duration.ofMinutes(2));
        assertThat(fixture.pool.sentIn(300, 0)).isEqualTo(toMidnight.plusMinutes(1));
        assertThat(fixture.pool.sentIn(500, 0)).isEqualTo(toMidnight.plusDays(1).plusMinutes(1));
    }

    @Test
    void isNothingWithoutLimits() {
        assertThat(pool(Limits.NONE).pool.sentIn(1_000_000, 0)).isZero();
    }
}
