package io.github.geminipool.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyChoiceTest {

    @Test
    void anyAcceptsEveryKey() {
        assertThat(KeyChoice.ANY.isUnrestricted()).isTrue();
        assertThat(KeyChoice.ANY.namesKeys()).isFalse();
        assertThat(KeyChoice.ANY.accepts("k", "p")).isTrue();
        assertThat(KeyChoice.ANY.withPreferredProject("q").accepts("k", "p")).isTrue();
        assertThat(KeyChoice.ANY.withPreferredProject("q").isUnrestricted()).isTrue();
    }

    @Test
    void onlyKeysAndOnlyProjectsAddUp() {
        KeyChoice choice = KeyChoice.ANY.withOnlyKeys(Set.of("k")).withOnlyProjects(Set.of("p"));
        assertThat(choice.accepts("k", "q")).isTrue();
        assertThat(choice.accepts("l", "p")).isTrue();
        assertThat(choice.accepts("l", "q")).isFalse();
        assertThat(choice.namesKeys()).isTrue();
        assertThat(choice.isUnrestricted()).isFalse();
    }

    @Test
    void notBeatsOnly() {
        KeyChoice choice = KeyChoice.ANY.withOnlyKeys(Set.of("k", "l")).withNotKeys(Set.of("k"));
        assertThat(choice.accepts("k", "p")).isFalse();
        assertThat(choice.accepts("l", "p")).isTrue();
        assertThat(choice.withNotProjects(Set.of("p")).accepts("l", "p")).isFalse();
        assertThat(KeyChoice.ANY.withNotProjects(Set.of("p")).isUnrestricted()).isFalse();
    }

    @Test
    void saysItInWords() {
        assertThat(KeyChoice.ANY).hasToString("any key");
        assertThat(KeyChoice.ANY
                        .withOnlyKeys(Set.of("b", "a"))
                        .withOnlyProjects(Set.of("p"))
                        .withNotKeys(Set.of("c"))
                        .withNotProjects(Set.of("q"))
                        .withPreferredProject("r"))
                .hasToString("only key 'a', only key 'b', only project 'p', not key 'c', not project 'q', "
                        + "preferably project 'r'");
    }
}
