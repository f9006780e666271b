package io.github.geminipool.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.HealthSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Failures exclude scopes and count for error rates. */
class HealthTest extends HealthFixture {

    @Test
    void anExclusionHoldsUntilTheInstantOfTheFailure() {
        Exclusion exclusion = present(failsUntil(Duration.ofSeconds(26)));
        assertThat(exclusion.scope()).isEqualTo(KEY);
        assertThat(exclusion.reason()).isEqualTo("a test");
        assertThat(exclusion.isLasting()).isFalse();
        time.advance(Duration.ofSeconds(26).minusNanos(1));
        assertThat(key.ownCell().at(now())).isEqualTo(exclusion);
        time.advance(Duration.ofNanos(1));
        assertThat(key.ownCell().at(now())).isNull();
    }

    @Test
    void aPastInstantExcludesNothing() {
        assertThat(failsUntil(Duration.ofSeconds(-1))).isNull();
        assertThat(failsUntil(Duration.ZERO)).isNull();
        assertThat(exclusions.active(now())).isEmpty();
    }

    @Test
    void anUnexplainedRefusalCountsAgainstTheKeyButDoesNotExcludeIt() {
        for (int i = 0; i < 30; i++) {
            assertThat(fails(FailureKind.INVALID_REQUEST, KEY)).isNull();
        }
        assertThat(exclusions.active(now())).isEmpty();
        assertThat(key.believedErrorRate(now())).isEqualTo(1);
        assertThat(fails(FailureKind.INVALID_REQUEST, new Scope.Request())).isNull();
        assertThat(key.believedErrorRate(now())).isLessThan(1);
    }

    @Test
    void theLongestExclusionWins() {
        failsUntil(Duration.ofSeconds(60));

        assertThat(failsUntil(Duration.ofSeconds(30))).isNull();
        assertThat(pauseOfKey()).hasSeconds(60);
        assertThat(failsUntil(Duration.ofSeconds(90))).isNotNull();
        assertThat(pauseOfKey()).hasSeconds(90);
    }

    @Test
    void aLastingExclusionNeverEnds() {
        Exclusion exclusion = present(failed(subject, failure(FailureKind.KEY_REJECTED, KEY, null, true)));
        assertThat(exclusion.isLasting()).isTrue();
        time.advance(Duration.ofDays(10_000));
        assertThat(key.ownCell().at(now())).isEqualTo(exclusion);
        assertThat(failsUntil(Duration.ofDays(1))).isNull();
        health.succeeded(key, now());
        assertThat(key.ownCell().at(now())).isEqualTo(exclusion);
    }

    @Test
    void anInstantBeyondTheClockNeverComes() {
        failed(subject, failure(FailureKind.RATE_LIMITED, KEY, Instant.MAX, false));

        assertThat(key.ownCell().at(Long.MAX_VALUE - 1)).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            names = {"OVERLOADED", "SERVER_ERROR", "NETWORK", "EGRESS_BLOCKED", "WRONG_PROJECT", "CANCELLED"})
    void failuresOfTheServiceOrTheCallExcludeNothing(FailureKind kind) {
        for (Scope scope : List.of(
                new Scope.Model("m"), new Scope.Egress(), new Scope.Request(), new Scope.None(), KEY, PROJECT)) {
            assertThat(fails(kind, scope)).as("%s", scope).isNull();
        }
        assertThat(exclusions.active(now())).isEmpty();
        assertThat(key.errorRate(now())).isZero();
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void aFailureOfTheRequestNeverExcludesAKey(FailureKind kind) {
        failed(subject, failure(kind, new Scope.Request(), time.now().plusSeconds(60), true));
        failed(subject, failure(kind, new Scope.None(), time.now().plusSeconds(60), true));

        assertThat(exclusions.active(now())).isEmpty();
    }

    @Test
    void onlyFaultsOfTheKeyAndProjectCountForTheErrorRate() {
        for (FailureKind kind : FailureKind.values()) {
            KeyHealth fresh = new KeyHealth(
                    "f", 0, ApiKey.of("secret"), Project.of("f"), new Exclusions(), HealthSettings.DEFAULTS);
            failed(new AttemptSubject(fresh, model, List.of()), failure(kind, new Scope.None(), null, false));
            boolean fault = kind == FailureKind.KEY_REJECTED || kind == FailureKind.PROJECT_REJECTED;
            assertThat(fresh.errorRate(now())).as("%s", kind).isEqualTo(fault ? 1 : 0);
        }
    }

    @Test
    void theClockSaturatesAtNever() {
        assertThat(PoolClock.plus(Long.MAX_VALUE - 1, Duration.ofSeconds(1))).isEqualTo(PoolClock.NEVER);
    }
}
