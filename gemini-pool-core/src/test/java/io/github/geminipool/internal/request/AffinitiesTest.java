package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AffinitiesTest {

    private final Affinities affinities = new Affinities();

    @Test
    void remembersTheOwnerOfAResource() {
        affinities.remember("files/a", "p");
        affinities.remember("files/b", "q");

        assertThat(affinities.projectOf("files/a")).isEqualTo("p");
        assertThat(affinities.projectOf("files/b")).isEqualTo("q");
        assertThat(affinities.projectOf("files/c")).isNull();
        assertThat(affinities.projectOf(null)).isNull();
    }

    @Test
    void theLastOwnerCounts() {
        affinities.remember("files/a", "p");
        affinities.remember("files/a", "q");

        assertThat(affinities.projectOf("files/a")).isEqualTo("q");
    }

    @Test
    void forgetsTheOldestBeyondTheMaximum() {
        for (int i = 0; i < Affinities.MAX_RESOURCES; i++) {
            affinities.remember("files/" + i, "p");
        }
        affinities.remember("files/0", "p");
        affinities.remember("files/new", "p");

        assertThat(affinities.projectOf("files/0")).as("remembered again").isEqualTo("p");
        assertThat(affinities.projectOf("files/1")).as("the oldest").isNull();
        assertThat(affinities.projectOf("files/2")).isEqualTo("p");
        assertThat(affinities.projectOf("files/new")).isEqualTo("p");
    }

    @Test
    void keepsWhatIsLookedUp() {
        affinities.remember("files/used", "p");
        for (int i = 0; i < 3 * Affinities.MAX_RESOURCES; i++) {
            affinities.remember("files/" + i, "q");
            if (i % 1_000 == 0) {
                assertThat(affinities.projectOf("files/used")).isEqualTo("p");
            }
        }

        assertThat(affinities.projectOf("files/used")).isEqualTo("p");
        assertThat(affinities.projectOf("files/0")).isNull();
    }

    @Test
    void aMillionResourcesDoNotExceedTheMaximum() {
        for (int i = 0; i < 1_000_000; i++) {
            affinities.remember("files/" + i, "p");
        }

        assertThat(affinities.size()).isEqualTo(Affinities.MAX_RESOURCES);
        assertThat(affinities.projectOf("files/999999")).isEqualTo("p");
    }

    @Test
    void ignoresANameThatIsTooLong() {
        affinities.remember("files/" + "x".repeat(1_000), "p");

        assertThat(affinities.isEmpty()).isTrue();
    }

    @Test
    void aForgottenResourceHasNoKnownOwner() {
        affinities.remember("files/a", "p");
        affinities.forget("files/a");
        affinities.forget("files/never");

        assertThat(affinities.projectOf("files/a")).isNull();
        assertThat(affinities.isEmpty()).isTrue();
    }

    @Test
    void theLikeliestOwnerIsTheLastOfTheKindOrElseTheLast() {
        assertThat(affinities.likelyProjectOf("files/x")).isNull();

        affinities.remember("files/a", "p");
        affinities.remember("cachedContents/a", "q");

        assertThat(affinities.likelyProjectOf("files/x")).isEqualTo("p");
        assertThat(affinities.likelyProjectOf("cachedContents/x")).isEqualTo("q");
        assertThat(affinities.likelyProjectOf("batches/x")).isEqualTo("q");

        affinities.remember("files/b", "q");

        assertThat(affinities.likelyProjectOf("files/x")).isEqualTo("q");
    }
}
