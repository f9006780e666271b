package io.github.geminipool.internal.continuation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.spi.Operation;
import io.github.geminipool.spi.ServiceTier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContinuationsTest {

    private static final ResponseFacts CONTINUED =
            new ResponseFacts("m", "id", "CONTINUATION", new TokenUsage(100, 40, 20, 3));

    private final Continuations continuations = new Continuations();

    private static CallFacts asking(@Nullable String token) {
        return new CallFacts(Operation.GENERATE, "m", null, Use.PLAIN, ServiceTier.STANDARD, token, 1, 7);
    }

    private void hop(@Nullable String sent, String issued) {
        continuations.answered(asking(sent), issued, CONTINUED, "p1", true);
    }

    @Test
    void aTokenKeepsItsProjectAndTheTokensThatTheNextHopReads() {
        hop(null, "a");
        assertThat(continuations.projectOf(asking("a"))).isEqualTo("p1");
        assertThat(continuations.promptTokens(asking("a"))).isEqualTo(123);
        assertThat(continuations.filterOf(asking("a"), KeyFilter.ANY).choice().preferredProject())
                .isEqualTo("p1");
        // The project of the answer is more than a wish.
        KeyFilter wish = KeyFilter.of(KeyChoice.ANY.withPreferredProject("p2"), null);
        assertThat(continuations.filterOf(asking("a"), wish).choice().preferredProject())
                .isEqualTo("p1");
    }

    @Test
    void nothingIsKnownOfOtherTokens() {
        hop(null, "a");
        assertThat(continuations.projectOf(asking("b"))).isNull();
        assertThat(continuations.promptTokens(asking("b"))).isEqualTo(7);
        assertThat(continuations.filterOf(asking("b"), KeyFilter.ANY)).isSameAs(KeyFilter.ANY);
        assertThat(continuations.filterOf(asking(null), KeyFilter.ANY)).isSameAs(KeyFilter.ANY);
        assertThat(continuations.promptTokens(asking(null))).isEqualTo(7);
        assertThat(continuations.isEndless(asking(null))).isFalse();
    }

    @Test
    void aTokenThatLeadsToItselfIsStoppedAfterThreeTimes() {
        hop(null, "a");
        for (int i = 0; i < 3; i++) {
            assertThat(continuations.isEndless(asking("a"))).isFalse();
            hop("a", "a");
        }
        assertThat(continuations.isEndless(asking("a"))).isTrue();
        // One more try, and it is stopped again.
        assertThat(continuations.isEndless(asking("a"))).isFalse();
        hop("a", "a");
        assertThat(continuations.isEndless(asking("a"))).isTrue();
    }

    @Test
    void aCircleOfTokensIsStoppedToo() {
        hop(null, "a");
        hop("a", "b");
        hop("b", "c");
        for (int i = 0; i < 3; i++) {
            hop("c", "a");
            hop("a", "b");
            hop("b", "c");
        }
        assertThat(continuations.isEndless(asking("a"))).isTrue();
    }

    @Test
    void theSamePromptMayGetTheSameTokensAnyNumberOfTimes() {
        for (int i = 0; i < 10; i++) {
            hop(null, "a");
            hop("a", "b");
            hop("b", "c");
            assertThat(continuations.isEndless(asking("a"))).isFalse();
            assertThat(continuations.isEndless(asking("b"))).isFalse();
            assertThat(continuations.isEndless(asking("c"))).isFalse();
        }
    }

    @Test
    void progressAndANewStartForgiveWhatCameBefore() {
        hop(null, "a");
        hop("a", "a");
        hop("a", "a");
        hop("a", "b");
        hop("a", "a");
        hop("a", "a");
        assertThat(continuations.isEndless(asking("a"))).isFalse();
        hop("a", "a");
        hop(null, "a");
        assertThat(continuations.isEndless(asking("a"))).isFalse();
    }

    @Test
    void aCheckpointOfAStreamThatBreaksOffIsNoReturn() {
        hop(null, "a");
        for (int i = 0; i < 10; i++) {
            continuations.answered(asking("a"), "a", CONTINUED, "p1", false);
            continuations.answered(asking("a"), "a", new ResponseFacts("m", "id", "STOP", null), "p1", true);
        }
        assertThat(continuations.isEndless(asking("a"))).isFalse();
        assertThat(continuations.promptTokens(asking("a"))).isEqualTo(123);
    }

    @Test
    void theLeastRecentlyUsedIsForgotten() {
        hop(null, "a");
        hop(null, "b");
        for (int i = 0; i < Continuations.MAX_TOKENS - 2; i++) {
            hop(null, "t" + i);
        }
        assertThat(continuations.projectOf(asking("a"))).isEqualTo("p1");
        hop(null, "last");
        assertThat(continuations.size()).isEqualTo(Continuations.MAX_TOKENS);
        assertThat(continuations.projectOf(asking("a"))).isEqualTo("p1");
        assertThat(continuations.projectOf(asking("b"))).isNull();
        assertThat(continuations.projectOf(asking("last"))).isEqualTo("p1");
    }
}
