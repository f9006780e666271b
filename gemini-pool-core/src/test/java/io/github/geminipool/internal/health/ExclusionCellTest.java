package io.github.geminipool.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import org.junit.jupiter.api.Test;

/** The states of a scope, and what leads from one to the next. */
class ExclusionCellTest {

    private static final Scope KEY = new Scope.Key("k");
    private static final Failure FAILURE = new Failure(FailureKind.KEY_REJECTED, KEY, null, false, 400, "a test");
    private static final long PROBE_NANOS = 10_000_000_000L;

    private final Exclusions exclusions = new Exclusions();
    private final ExclusionCell cell = exclusions.cell(KEY);

    private static Exclusion until(long nanos) {
        return new Exclusion(KEY, nanos, "a test", FAILURE);
    }

    private boolean strike(long untilNanos, long nowNanos, boolean ofProbe) {
        return cell.strike(FailureKind.KEY_REJECTED, strikes -> until(untilNanos), nowNanos, ofProbe) != null;
    }

    /** Excludes the scope until 10 for a guessed time, and begins a probe then. */
    private void probeAt10() {
        strike(10, 0, false);
        assertThat(cell.beginProbe(10)).isTrue();
    }

    @Test
    void aKnownEndFreesTheScopeWithoutAProbe() {
        cell.exclude(until(10), 0);

        assertThat(cell.isFree(9)).isFalse();
        assertThat(cell.isInDoubt()).isFalse();
        assertThat(cell.isFree(10)).isTrue();
        assertThat(cell.isHalfOpen(10)).isFalse();
        assertThat(cell.beginProbe(10)).isFalse();
    }

    @Test
    void aGuessedEndLeavesTheScopeHalfOpen() {
        strike(10, 0, false);

        assertThat(cell.isInDoubt()).isTrue();
        assertThat(cell.isHalfOpen(9)).isFalse();
        assertThat(cell.beginProbe(9)).isFalse();
        assertThat(cell.isHalfOpen(10)).isTrue();
        assertThat(cell.isFree(10)).isFalse();
        assertThat(cell.at(10)).isNull();
    }

    @Test
    void oneProbeAtATimeExcludesTheOthers() {
        probeAt10();

        assertThat(cell.isProbed()).isTrue();
        assertThat(exclusions.areProbed()).isTrue();
        assertThat(cell.at(11)).isEqualTo(until(10 + PROBE_NANOS));
        assertThat(cell.beginProbe(11)).isFalse();
        assertThat(cell.beginProbe(10 + PROBE_NANOS)).as("when its time is up").isTrue();
        assertThat(exclusions.areProbed()).isTrue();
    }

    @Test
    void aProbeThatFoundOutNothingLeavesTheScopeHalfOpen() {
        probeAt10();
        long releases = exclusions.releaseVersion().current();

        assertThat(cell.endProbe(20)).isTrue();

        assertThat(cell.isHalfOpen(20)).isTrue();
        assertThat(exclusions.areProbed()).isFalse();
        assertThat(exclusions.releaseVersion().current()).isEqualTo(releases + 1);
        assertThat(cell.endProbe(21)).isFalse();
    }

    @Test
    void onlyTheProbesFailureEndsTheProbe() {
        probeAt10();

        assertThat(strike(50, 11, false)).as("an attempt that began before").isFalse();
        assertThat(cell.isProbed()).isTrue();
        assertThat(strike(50, 12, true)).isTrue();

        assertThat(cell.at(49)).isEqualTo(until(50));
        assertThat(exclusions.areProbed()).isFalse();
    }

    @Test
    void anExclusionWithAKnownEndReplacesAProbe() {
        probeAt10();

        assertThat(cell.exclude(until(PoolClock.NEVER), 11)).isTrue();

        assertThat(exclusions.areProbed()).isFalse();
        assertThat(cell.endProbe(12)).isFalse();
        assertThat(cell.recover()).as("a success of the probe").isNull();
        assertThat(cell.at(13)).isEqualTo(until(PoolClock.NEVER));
    }

    @Test
    void recoveringEndsAGuessedExclusionOnly() {
        strike(10, 0, false);
        assertThat(cell.recover()).isEqualTo(until(10));
        assertThat(cell.isFree(5)).isTrue();
        assertThat(cell.recover()).isNull();

        cell.exclude(until(30), 5);
        assertThat(cell.recover()).isNull();
        assertThat(cell.at(6)).isEqualTo(until(30));
    }

    @Test
    void aKeyKeepsItsStrikesUntilItIsForgiven() {
        strike(10, 0, false);
        cell.recover();
        assertThat(strikesBeforeTheNextStrike(20)).isEqualTo(1);
        cell.forgive();
        assertThat(strikesBeforeTheNextStrike(40)).isZero();
    }

    private int strikesBeforeTheNextStrike(long nowNanos) {
        int[] seen = {-1};
        cell.strike(
                FailureKind.KEY_REJECTED,
                strikes -> {
                    seen[0] = strikes;
                    return until(nowNanos + 10);
                },
                nowNanos,
                false);
        return seen[0];
    }

    @Test
    void forgivingChangesNothingButTheStrikes() {
        probeAt10();
        cell.forgive();

        assertThat(cell.isProbed()).isTrue();
        assertThat(cell.at(11)).isEqualTo(until(10 + PROBE_NANOS));
        assertThat(exclusions.areProbed()).isTrue();
    }

    @Test
    void softeningShortensWhatAFailureExcludedAndLeavesItHalfOpen() {
        cell.exclude(until(PoolClock.NEVER), 0);

        cell.soften(60);

        assertThat(cell.at(59)).isEqualTo(until(60));
        assertThat(cell.isHalfOpen(60)).isTrue();
        cell.soften(100);
        assertThat(cell.at(60)).isNull();

        Exclusion byOperator = new Exclusion(KEY, PoolClock.NEVER, "a test", null);
        cell.disable(byOperator);
        cell.soften(100);
        assertThat(cell.at(1_000)).isEqualTo(byOperator);
    }

    @Test
    void liftingEndsEvenAProbe() {
        probeAt10();

        assertThat(cell.lift()).isTrue();

        assertThat(cell.isFree(11)).isTrue();
        assertThat(exclusions.areProbed()).isFalse();
        assertThat(cell.lift()).isFalse();
    }
}
