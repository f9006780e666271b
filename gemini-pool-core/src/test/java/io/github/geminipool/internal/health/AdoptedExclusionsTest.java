package io.github.geminipool.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.key.Use;
import org.junit.jupiter.api.Test;

/** Exclusions that another replica has found, and their ends. */
class AdoptedExclusionsTest extends HealthFixture {

    private static Exclusion of(Scope scope, long untilNanos) {
        Failure failure = new Failure(FailureKind.KEY_REJECTED, scope, null, false, 400, "another replica");
        return new Exclusion(scope, untilNanos, failure.reason(), failure);
    }

    private boolean adopt(Exclusion exclusion, boolean guessed) {
        return health.adopt(exclusion, guessed, 3, now());
    }

    @Test
    void aGuessedEndLeavesTheScopeHalfOpenAndAKnownOneFree() {
        assertThat(adopt(of(KEY, now() + 10), true)).isTrue();
        assertThat(adopt(of(PROJECT, now() + 10), false)).isTrue();

        assertThat(key.ownCell().at(now())).isNotNull();
        assertThat(key.ownCell().strikes()).isEqualTo(3);
        assertThat(key.ownCell().isHalfOpen(now() + 10)).isTrue();
        assertThat(key.projectCell().at(now())).isNotNull();
        assertThat(key.projectCell().isFree(now() + 10)).isTrue();
    }

    @Test
    void aLongerOneStays() {
        exclusions.exclude(of(KEY, now() + 20), now());
        assertThat(adopt(of(KEY, now() + 20), true)).isFalse();
        assertThat(adopt(of(KEY, now() + 21), true)).isTrue();
    }

    @Test
    void aRunningProbeGoesOn() {
        adopt(of(KEY, now()), true);
        assertThat(key.ownCell().beginProbe(now())).isTrue();
        assertThat(adopt(of(KEY, Long.MAX_VALUE), true)).isFalse();
        assertThat(key.ownCell().isProbed()).isTrue();
    }

    @Test
    void whatEndsElsewhereEndsHereWithAProbation() {
        Exclusion adopted = of(KEY, now() + 10);
        adopt(adopted, true);
        long releases = exclusions.releaseVersion().current();

        assertThat(health.withdraw(adopted)).isTrue();

        assertThat(key.ownCell().isFree(now())).isTrue();
        assertThat(key.state(now())).isInstanceOf(KeyState.Probation.class);
        assertThat(exclusions.releaseVersion().current()).isGreaterThan(releases);
        assertThat(health.withdraw(adopted)).isFalse();
    }

    @Test
    void whatWasFoundHereMeanwhileStays() {
        Exclusion adopted = of(KEY, now() + 10);
        adopt(adopted, true);
        Failure failure = new Failure(FailureKind.KEY_REJECTED, KEY, null, false, 400, "this replica");
        Exclusion own = new Exclusion(KEY, now() + 20, failure.reason(), failure);
        exclusions.exclude(own, now());

        assertThat(health.withdraw(adopted)).isFalse();

        assertThat(key.ownCell().at(now())).isSameAs(own);
        assertThat(key.isHealthy()).isTrue();
    }

    @Test
    void onlyUsesThatWereTakenOverAreHeededByNewPools() {
        Scope.ProjectModel found = new Scope.ProjectModel("p", "m", Use.EMBED);
        exclusions.exclude(of(found, now() + 10), now());
        assertThat(exclusions.adoptedUses("m")).isEmpty();

        Scope.ProjectModel adopted = new Scope.ProjectModel("q", "m", Use.EMBED);
        adopt(of(adopted, now() + 10), true);
        adopt(of(new Scope.ProjectModel("q", "m"), now() + 10), true);
        adopt(of(new Scope.ProjectModel("q", "other", Use.EMBED), now() + 10), true);

        assertThat(exclusions.adoptedUses("m")).contains(adopted).allMatch(scope -> scope.use() != null);
        assertThat(exclusions.adoptedUses("other")).hasSize(1);
    }
}
