package io.github.geminipool.internal.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every replica finds the project that owns a resource, also after a restart. */
class SharedOwnersTest extends ReplicasFixture {

    private List<Fact> told() {
        return Stream.of(FactKind.OWNER, FactKind.OWNER_OF_FILE, FactKind.OWNER_OF_INTERACTION)
                .flatMap(kind -> store.facts(kind).stream())
                .toList();
    }

    private Duration left(String resource) {
        return told().stream()
                .filter(fact -> fact.name().equals(resource))
                .map(Fact::lasts)
                .findFirst()
                .orElse(Duration.ZERO);
    }

    @Test
    void theOwnerIsKnownEverywhereAndAfterARestart() {
        Replica one = replica("one");
        Replica two = replica("two", keys("x", "y"));

        one.facts.owners().learned("files/abc", "a");
        one.facts.owners().learned("cachedContents/c", "shop");
        time.advance(SECOND);

        // The project of a key without one is known by the key.
        assertThat(two.owners).containsEntry("files/abc", "x").containsEntry("cachedContents/c", "shop");
        one.crashes();
        assertThat(replica("later").owners).containsEntry("files/abc", "a").containsEntry("cachedContents/c", "shop");
    }

    @Test
    void whatIsDeletedIsForgotten() {
        List<Replica> all = replicas("one", "two");
        all.get(0).facts.owners().learned("files/abc", "a");
        time.advance(SECOND);

        all.get(1).facts.owners().forgotten("files/abc");
        time.advance(SECOND);

        assertThat(all.get(0).owners).isEmpty();
        assertThat(told()).isEmpty();
    }

    @Test
    void anOwnerIsRememberedForAMonthAfterItsLastUse() {
        List<Replica> all = replicas("one", "two");
        all.get(0).facts.owners().learned("cachedContents/c", "shop");
        assertThat(left("cachedContents/c")).isEqualTo(Duration.ofDays(30));

        time.advance(Duration.ofHours(23));
        all.get(0).facts.owners().learned("cachedContents/c", "shop");
        assertThat(left("cachedContents/c")).isLessThan(Duration.ofDays(30));
        time.advance(Duration.ofHours(2));
        all.get(1).facts.owners().learned("cachedContents/c", "shop");
        assertThat(left("cachedContents/c")).isEqualTo(Duration.ofDays(30));
    }

    @Test
    void aFileIsForgottenWhenGoogleDeletesIt() {
        Replica one = replica("one");
        one.facts.owners().learned("files/abc", "a");
        time.advance(Duration.ofHours(40));
        one.facts.owners().learned("files/abc", "a");
        assertThat(left("files/abc")).isLessThan(Duration.ofHours(9));
        time.advance(Duration.ofHours(9));
        assertThat(left("files/abc")).isZero();
    }

    @Test
    void theSessionOfAnUploadIsForgottenLikeItsFile() {
        replica("one").facts.owners().learned("/upload/v1beta/files?upload_id=u", "a");
        assertThat(left("/upload/v1beta/files?upload_id=u")).isEqualTo(Duration.ofDays(2));
    }

    @Test
    void whatAFlushedStoreHasLostIsToldWithTheNextUse() {
        Replica one = replica("one");
        one.facts.owners().learned("files/abc", "a");
        store.flush();
        time.advance(SECOND.multipliedBy(2));

        one.facts.owners().learned("files/abc", "a");

        assertThat(told()).hasSize(1);
    }

    @Test
    void manyInteractionsDisplaceNeitherAFileNorABatch() {
        Replica one = replica("one");
        one.facts.owners().learned("files/abc", "a");
        one.facts.owners().learned("batches/b", "a");
        for (int i = 0; i <= FactKind.OWNER_OF_INTERACTION.most(); i++) {
            one.facts.owners().learned("interactions/" + i, "shop");
        }

        assertThat(replica("later").owners)
                .containsKeys("files/abc", "batches/b", "interactions/" + FactKind.OWNER_OF_INTERACTION.most())
                .doesNotContainKey("interactions/0");
    }

    @Test
    void pagesOfListsAreNotShared() {
        replica("one").facts.owners().learned("files?pageToken=t", "a");
        assertThat(told()).isEmpty();
    }
}
