package io.github.geminipool.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import org.junit.jupiter.api.Test;

class ExclusionsTest {

    private static final Scope KEY = new Scope.Key("k");

    private final Exclusions exclusions = new Exclusions();

    private static Exclusion until(long nanos) {
        return new Exclusion(KEY, nanos, "a test", null);
    }

    @Test
    void aScopeHasOneCell() {
        assertThat(exclusions.cell(KEY)).isSameAs(exclusions.cell(new Scope.Key("k")));
        assertThat(exclusions.cell(KEY)).isNotSameAs(exclusions.cell(new Scope.Project("k")));
        assertThat(exclusions.cell(new Scope.ProjectModel("p", "m")))
                .isNotSameAs(exclusions.cell(new Scope.ProjectModel("p", "n")));
    }

    @Test
    void aCellShowsLaterExclusions() {
        ExclusionCell cell = exclusions.cell(KEY);
        assertThat(cell.at(0)).isNull();

        exclusions.exclude(until(10), 0);

        assertThat(cell.at(9)).isEqualTo(until(10));
        assertThat(cell.at(10)).isNull();
    }

    @Test
    void theLongestExclusionWins() {
        assertThat(exclusions.exclude(until(10), 0)).isTrue();
        assertThat(exclusions.exclude(until(5), 0)).isFalse();
        assertThat(exclusions.exclude(until(10), 0)).isFalse();
        assertThat(exclusions.exclude(until(20), 0)).isTrue();
        assertThat(exclusions.exclude(until(PoolClock.NEVER), 0)).isTrue();
        assertThat(exclusions.exclude(until(30), 0)).isFalse();

        assertThat(exclusions.cell(KEY).at(1_000)).isEqualTo(until(PoolClock.NEVER));
    }

    @Test
    void anExclusionThatIsOverIsReplacedByAShorterOne() {
        exclusions.exclude(until(10), 0);

        assertThat(exclusions.exclude(until(15), 10)).isTrue();

        assertThat(exclusions.cell(KEY).at(14)).isEqualTo(until(15));
    }

    @Test
    void eachNewExclusionIsCounted() {
        long before = exclusions.exclusionVersion().current();

        exclusions.exclude(until(10), 0);
        exclusions.exclude(until(5), 0);
        assertThat(exclusions.exclusionVersion().current()).isEqualTo(before + 1);

        exclusions.cell(KEY).strike(FailureKind.KEY_REJECTED, strikes -> until(20), 0, false);
        assertThat(exclusions.exclusionVersion().current()).isEqualTo(before + 2);
    }

    @Test
    void liftingEndsAnExclusionAndIsCounted() {
        exclusions.exclude(until(10), 0);
        long before = exclusions.releaseVersion().current();

        exclusions.lift(KEY);

        assertThat(exclusions.cell(KEY).at(5)).isNull();
        assertThat(exclusions.releaseVersion().current()).isEqualTo(before + 1);
    }

    @Test
    void liftingNothingIsNotCounted() {
        exclusions.lift(KEY);
        exclusions.cell(KEY);
        exclusions.lift(KEY);

        assertThat(exclusions.releaseVersion().current()).isZero();
    }

    @Test
    void activeExclusionsAreThoseInForce() {
        Exclusion model = new Exclusion(new Scope.Model("m"), 20, "a test", null);
        exclusions.exclude(until(10), 0);
        exclusions.exclude(model, 0);

        assertThat(exclusions.active(5)).containsExactlyInAnyOrder(until(10), model);
        assertThat(exclusions.active(10)).containsExactly(model);
        assertThat(exclusions.active(20)).isEmpty();
    }
}
