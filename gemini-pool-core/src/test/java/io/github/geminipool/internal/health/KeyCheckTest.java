package io.github.geminipool.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The periodic check degrades keys that fail too often, but never the last one that works. */
class KeyCheckTest extends HealthFixture {

    private final KeyRing ofThree = ringOf(3);
    private final List<KeyHealth> keys = ofThree.keys();
    private final Health checked = health(ofThree);

    private void failures(int number) {
        for (int i = 0; i < 20; i++) {
            keys.get(number).record(true, now());
        }
    }

    @Test
    void aKeyThatFailsTooOftenIsDegradedAndComesBackOnProbation() {
        failures(0);

        assertThat(checked.check(now())).containsExactly(keys.get(0));
        assertThat(keys.get(0).isDegraded()).isTrue();
        assertThat(checked.check(now())).as("known by now").isEmpty();

        time.advance(Duration.ofMinutes(10));
        assertThat(checked.check(now())).containsExactly(keys.get(0));
        assertThat(keys.get(0).state(now())).isEqualTo(new KeyState.Probation(0));
    }

    @Test
    void ofKeysThatAllFailTheLastOneIsKept() {
        for (int i = 0; i < 3; i++) {
            failures(i);
        }

        assertThat(checked.check(now())).containsExactly(keys.get(0), keys.get(1));
        assertThat(keys.get(2).isHealthy()).isTrue();
        assertThat(checked.check(now())).isEmpty();
    }

    @Test
    void anExcludedKeyIsNoneThatWorks() {
        failures(0);
        failures(1);
        keys.get(1).disable("a test");
        keys.get(2).disable("a test");

        assertThat(checked.check(now())).containsExactly(keys.get(1));
        assertThat(keys.get(0).isHealthy()).as("the only one that works").isTrue();
    }

    @Test
    void aKeyOnProbationIsDegradedIfAnotherWorks() {
        keys.get(0).beginProbation();
        failures(0);

        assertThat(checked.check(now())).containsExactly(keys.get(0));
    }
}
