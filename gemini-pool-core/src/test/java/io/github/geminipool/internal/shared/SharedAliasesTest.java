package io.github.geminipool.internal.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one replica learns of the models behind names, all know. */
class SharedAliasesTest extends ReplicasFixture {

    private void advance(Duration days) {
        heartbeat = Duration.ofMinutes(1);
        time.advance(days);
    }

    @Test
    void theModelBehindAnAliasIsKnownEverywhereForAWeek() {
        List<Replica> all = replicas("one", "two");
        assertThat(all.get(1).facts.modelBehind("latest")).isEqualTo("latest");

        all.get(0).facts.aliasLearned("latest", "m-3");
        time.advance(SECOND);

        assertThat(all)
                .allSatisfy(replica ->
                        assertThat(replica.facts.modelBehind("latest")).isEqualTo("m-3"));
        assertThat(all).allSatisfy(replica -> assertThat(replica.orders).containsExactly("alias latest"));
        assertThat(replica("later").facts.modelBehind("latest")).isEqualTo("m-3");
        advance(Duration.ofDays(7));
        assertThat(all.get(0).facts.modelBehind("latest")).isEqualTo("latest");
    }

    @Test
    void aNewerModelTakesItsPlace() {
        List<Replica> all = replicas("one", "two");
        all.get(0).facts.aliasLearned("latest", "m-3");
        time.advance(SECOND);

        all.get(1).facts.aliasLearned("latest", "m-4");
        time.advance(SECOND);

        assertThat(all.get(0).facts.modelBehind("latest")).isEqualTo("m-4");
    }

    @Test
    void ofTooManyAliasesTheNewOnesAreNotKept() {
        Replica one = replica("one");
        for (int i = 0; i < FactKind.ALIAS.most(); i++) {
            one.facts.aliasLearned("alias-" + i, "m-3");
        }
        int told = store.texts().size();
        one.facts.aliasLearned("latest", "m-3");
        assertThat(one.facts.modelBehind("latest")).isEqualTo("latest");
        assertThat(store.texts()).hasSize(told);

        advance(Duration.ofDays(7).plus(SECOND));
        one.facts.aliasLearned("latest", "m-3");
        assertThat(one.facts.modelBehind("latest")).isEqualTo("m-3");
    }

    @Test
    void aDamagedFactHidesNoOther() {
        Replica one = replica("one");
        one.connection.publish(
                new Fact(FactKind.EXCLUSION, "key/%zz", "?", "other", Duration.ofDays(1), Fact.Precedence.LATEST));
        one.facts.aliasLearned("latest", "m-3");
        assertThat(replica("later").facts.modelBehind("latest")).isEqualTo("m-3");
    }

    @Test
    void whatIsKnownIsNotToldAgain() {
        Replica one = replica("one");
        one.facts.aliasLearned("latest", "m-3");
        int told = store.texts().size();
        one.facts.aliasLearned("latest", "m-3");
        one.facts.aliasLearned("m-3", "m-3");
        assertThat(store.texts()).hasSize(told);
        assertThat(store.facts(FactKind.ALIAS)).hasSize(1);
    }
}
