package io.github.geminipool.wire.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.stats.KeyDecision;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Explanations of key choices. */
@Tag("wire")
@Tag("once")
@Timeout(30)
class DecisionWireTest {

    private static final String FREE = PoolInvariants.secretOf("free");
    private static final String OTHER = PoolInvariants.secretOf("other");
    private static final String PAID = PoolInvariants.secretOf("paid");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();

    private final GeminiSimulator simulator =
            invariants.simulator(b -> b.key(FREE).key(OTHER).key(PAID));

    private GeminiPool pool(int remembered) {
        return invariants.pool(
                simulator,
                b -> b.key(ApiKey.of(FREE).named("free"))
                        .key(ApiKey.of(OTHER).named("other"))
                        .key(ApiKey.of(PAID).named("paid").inProject("payer"))
                        .project(new Project("payer", "payer", 1, 1))
                        .timeSource(time)
                        .settings(b.settings()
                                .withRecentDecisions(remembered)
                                .withLimits(Limits.NONE.withRequestsPerMinute(2))
                                .withAcquireTimeout(Duration.ZERO)
                                .withSelection(Selection.ROUND_ROBIN)));
    }

    private static GenerationRequest hi() {
        return GenerationRequest.of("Hi").model("m");
    }

    @Test
    void aCallThatAsksGetsEachAttempt() {
        simulator.keyState(FREE, KeyState.INVALID);
        GeminiPool pool = pool(0);

        List<KeyDecision> decisions = pool.tryGenerateContent(hi().explain()).decisions();

        assertThat(decisions).extracting(KeyDecision::key).containsExactly("free", "other");
        assertThat(decisions.get(0).model()).isEqualTo("m");
        assertThat(decisions.get(0).at()).isEqualTo(time.now());
        assertThat(decisions.get(0).reason()).contains("the best of 2");
        assertThat(decisions.get(0).others().get("other")).isEqualTo("score 0.00 too, but used more recently");
        assertThat(decisions.get(0).others().get("paid")).isEqualTo("tier 1, while a key of tier 0 has room");
        assertThat(decisions.get(1).reason()).contains("the only key available");
        assertThat(decisions.get(1).others().get("free")).isEqualTo("this call was rejected with it before");
        assertThat(pool.recentDecisions()).isEmpty();
        assertThat(pool.tryGenerateContent(hi()).decisions()).isEmpty();
        assertThat(pool.tryGenerateContentAsync(hi().explain()).join().decisions())
                .hasSize(1);
    }

    @Test
    void theLatestAreRememberedAndARefusalSaysTheSame() {
        GeminiPool pool = pool(3);
        for (int i = 0; i < 6; i++) {
            pool.client().models.generateContent("m", "Hi", null);
        }
        PoolExhaustedException exhausted =
                catchThrowableOfType(PoolExhaustedException.class, () -> pool.generateContent(hi()));

        List<KeyDecision> decisions = pool.recentDecisions();

        assertThat(decisions).hasSize(3).extracting(KeyDecision::key).containsExactly("paid", "paid", null);
        assertThat(decisions.get(0).others().get("free")).contains("quota").contains(" UTC)");
        assertThat(decisions.get(2).reason()).contains("No key could serve");
        assertThat(decisions.get(2).others()).isEqualTo(exhausted.whyNot());
        assertThat(decisions.get(0).others().get("free"))
                .isEqualTo(exhausted.whyNot().get("free"));
    }

    @Test
    void theOptionsOfTheCallAreExplained() {
        GeminiPool pool = pool(0);

        KeyDecision preferred = only(pool, hi().preferredProject("payer"));
        assertThat(preferred.key()).isEqualTo("paid");
        assertThat(preferred.reason()).contains("the call prefers its project");
        assertThat(preferred.others().get("free")).contains("but the call prefers project 'payer'");

        KeyDecision restricted = only(pool, hi().onlyKeys("other"));
        assertThat(restricted.others().get("free")).isEqualTo("the call accepts only key 'other'");

        pool.keys().disable("free");
        KeyDecision without = only(pool, hi());
        assertThat(without.others().get("free")).contains("until an operator acts");
    }

    private static KeyDecision only(GeminiPool pool, GenerationRequest request) {
        List<KeyDecision> decisions = pool.tryGenerateContent(request.explain()).decisions();
        assertThat(decisions).hasSize(1);
        return decisions.get(0);
    }
}
