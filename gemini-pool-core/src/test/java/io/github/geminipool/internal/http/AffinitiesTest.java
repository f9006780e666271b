package io.github.geminipool.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AffinitiesTest {

    private final Affinities affinities = new Affinities();

    @Test
    void rememberWhoMadeAResource() {
        affinities.remember("files/a", "p");
        affinities.remember("files/b", "q");

        assertThat(affinities.projectOf("files/a")).isEqualTo("p");
        assertThat(affinities.projectOf("files/b")).isEqualTo("q");
        assertThat(affinities.projectOf("files/c")).isNull();
        assertThat(affinities.projectOf(null)).isNull();
    }

    @Test
    void theLastWord() {
        affinities.remember("files/a", "p");
        affinities.remember("files/a", "q");

        assertThat(affinities.projectOf("files/a")).isEqualTo("q");
    }

    @Test
    void areBoundedAndForgetTheOldest() {
        for (int i = 0; i < Affinities.LIMIT; i++) {
            affinities.remember("files/" + i, "p");
        }
        affinities.remember("files/0", "p");
        affinities.remember("files/new", "p");

        assertThat(affinities.projectOf("files/0")).as("made again").isEqualTo("p");
        assertThat(affinities.projectOf("files/1")).as("the oldest").isNull();
        assertThat(affinities.projectOf("files/2")).isEqualTo("p");
        assertThat(affinities.projectOf("files/new")).isEqualTo("p");
    }
}
