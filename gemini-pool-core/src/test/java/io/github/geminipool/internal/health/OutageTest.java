package io.github.geminipool.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.HealthSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model, or all of Gemini, fails for every project. */
class OutageTest extends HealthFixture {

    private static final Scope MODEL = new Scope.Model("m");

    private FailureEffects overloaded(String project, List<ExclusionCell> probes, PeerView peers) {
        KeyHealth of = new KeyHealth(
                project, 0, ApiKey.of("secret"), Project.of(project), exclusions, HealthSettings.DEFAULTS);
        return health.failed(
                new AttemptSubject(of, model, probes),
                failure(FailureKind.OVERLOADED, MODEL, null, false),
                0,
                peers,
                now());
    }

    /** Lets attempts fail, with keys of several projects in turn; returns whether the last failure was an outage. */
    private boolean failures(int failures, int projects, PeerView peers) {
        boolean outage = false;
        for (int i = 0; i < failures; i++) {
            assertThat(outage).as("before the last").isFalse();
            outage =
                    !overloaded("p" + i % projects, List.of(), peers).excluded().isEmpty();
        }
        return outage;
    }

    private Duration pause() {
        Exclusion exclusion = present(exclusions.cell(MODEL).at(now()));
        return Duration.ofNanos(exclusion.untilNanos() - now());
    }

    private List<ExclusionCell> probe() {
        time.advance(pause());
        ExclusionCell cell = exclusions.cell(MODEL);
        assertThat(cell.isHalfOpen(now())).isTrue();
        assertThat(cell.beginProbe(now())).isTrue();
        assertThat(cell.beginProbe(now())).as("another probe").isFalse();
        assertThat(exclusions.areProbed()).isTrue();
        return List.of(cell);
    }

    @ParameterizedTest
    @CsvSource({
        // failures, of projects, in flight, usable projects: outage?
        "4, 1, 0, 1, false",
        "5, 1, 0, 1, true",
        "5, 1, 0, 2, false",
        "5, 4, 0, 5, false",
        "19, 19, 0, 20, false",
        "20, 20, 0, 20, true",
        "19, 19, 0, 100, false",
        "20, 20, 0, 100, true",
        "5, 5, 6, 5, false",
        "6, 5, 6, 5, true",
    })
    void anOutageIsConsecutiveFailuresOfAllProjectsAsManyAsAreInFlight(
            int failures, int projects, int inFlight, int usable, boolean outage) {
        assertThat(failures(failures, projects, new Peers(inFlight, usable))).isEqualTo(outage);
    }

    @Test
    void aResponseInBetweenMeansNoOutage() {
        failures(4, 1, new Peers(0, 1));
        assertThat(health.answered(subject, now())).isEmpty();

        assertThat(failures(4, 1, new Peers(0, 1))).isFalse();
    }

    @Test
    void failuresMoreThanAMinuteApartAreNoOutage() {
        failures(4, 1, new Peers(0, 1));
        time.advance(Duration.ofSeconds(60).plusNanos(1));

        assertThat(failures(4, 1, new Peers(0, 1))).isFalse();
    }

    @Test
    void probesFollowAfterPausesThatGrowToFourSeconds() {
        failures(5, 1, new Peers(0, 1));
        List<Long> pauses = new ArrayList<>(List.of(pause().toSeconds()));
        for (int i = 0; i < 4; i++) {
            FailureEffects effects = overloaded("p0", probe(), ALONE);
            assertThat(effects.confirmsOutage()).isTrue();
            assertThat(exclusions.areProbed()).isFalse();
            pauses.add(pause().toSeconds());
        }

        assertThat(pauses).containsExactly(1L, 2L, 4L, 4L, 4L);
    }

    @Test
    void theFirstResponseEndsAnOutage() {
        failures(5, 1, new Peers(0, 1));
        long releaseVersion = exclusions.releaseVersion().current();
        List<Exclusion> restored = health.answered(new AttemptSubject(key, model, probe()), now());

        assertThat(restored).extracting(Exclusion::scope).containsExactly(MODEL);
        assertThat(exclusions.active(now())).isEmpty();
        assertThat(exclusions.cell(MODEL).isHalfOpen(now())).isFalse();
        assertThat(exclusions.areProbed()).isFalse();
        assertThat(exclusions.releaseVersion().current()).isGreaterThan(releaseVersion);
        assertThat(failures(4, 1, new Peers(0, 1))).as("counting starts again").isFalse();
    }

    @Test
    void aProbeWithoutAVerdictLeavesTheOutageHalfOpen() {
        failures(5, 1, new Peers(0, 1));
        List<ExclusionCell> probe = probe();
        FailureEffects effects = health.failed(
                new AttemptSubject(key, model, probe),
                failure(FailureKind.RATE_LIMITED, KEY, null, false),
                0,
                ALONE,
                now());

        assertThat(effects.confirmsOutage()).isFalse();
        assertThat(exclusions.cell(MODEL).isHalfOpen(now()))
                .as("the next attempt is the probe")
                .isTrue();
    }

    @Test
    void attemptsThatBeganBeforeDoNotProlongAnOutage() {
        failures(5, 1, new Peers(0, 1));
        Duration pause = pause();
        assertThat(overloaded("p0", List.of(), ALONE).excluded()).isEmpty();
        assertThat(pause()).isEqualTo(pause);

        probe();
        assertThat(overloaded("p0", List.of(), ALONE).excluded()).isEmpty();
        assertThat(exclusions.cell(MODEL).isProbed()).isTrue();
    }

    @Test
    void anotherAttemptMayProbeIfTheFirstHasNoResponseForTenSeconds() {
        failures(5, 1, new Peers(0, 1));
        probe();
        time.advance(Duration.ofSeconds(10).minusNanos(1));
        assertThat(exclusions.cell(MODEL).beginProbe(now())).isFalse();
        time.advance(Duration.ofNanos(1));

        assertThat(exclusions.cell(MODEL).beginProbe(now())).isTrue();
    }

    @Test
    void anyResponseEndsAnOutageOfTheNetwork() {
        Failure reset = new Failure(FailureKind.NETWORK, new Scope.None(), null, false, 0, "reset");
        for (int i = 0; i < 5; i++) {
            health.failed(subject, reset, 0, new Peers(0, 1), now());
        }
        assertThat(exclusions.active(now())).extracting(Exclusion::scope).containsExactly(new Scope.Egress());

        FailureEffects effects =
                health.failed(subject, failure(FailureKind.RATE_LIMITED, KEY, null, false), 0, ALONE, now());

        assertThat(effects.restored()).extracting(Exclusion::scope).containsExactly(new Scope.Egress());
        assertThat(exclusions.active(now())).extracting(Exclusion::scope).containsExactly(KEY);
    }

    @ParameterizedTest
    @CsvSource({"UNSPECIFIED, false, true", "CONNECTION_LOST, false, false", "NAME_UNRESOLVED, true, false"})
    void onlyANetworkThatFailsForNoKnownReasonIsAnOutage(FailureCause cause, boolean lasting, boolean outage) {
        Failure failure = new Failure(FailureKind.NETWORK, cause, new Scope.None(), null, lasting, 0, "gone");
        for (int i = 0; i < 10; i++) {
            var unused = health.failed(subject, failure, 0, new Peers(0, 1), now());
        }
        assertThat(exclusions.cell(new Scope.Egress()).at(now()) != null).isEqualTo(outage);
    }
}
