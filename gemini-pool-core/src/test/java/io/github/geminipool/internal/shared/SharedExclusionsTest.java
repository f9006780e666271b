package io.github.geminipool.internal.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Use;
import io.github.geminipool.shared.FactKind;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one replica excludes is excluded at the others, as far as it concerns them. */
class SharedExclusionsTest extends ReplicasFixture {

    private static Failure failure(FailureKind kind, FailureCause cause, Scope scope) {
        return new Failure(kind, cause, scope, null, false, 429, "a test");
    }

    private static Failure billing() {
        return failure(FailureKind.BILLING, FailureCause.CREDIT_DEPLETED, new Scope.BillingAccount("account"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRevokedKeyIsOutEverywhereWithinASecond(boolean messagesAreLost) {
        Replica one = replica("one");
        Replica two = replica("two", keys("x", "y"));
        Replica three = replica("three", keys("first", "second"));
        replicas.forEach(replica -> replica.connection.losesMessages(messagesAreLost));
        revoked.add(SECRET);

        assertThat(one.calls("a")).isTrue();
        time.advance(SECOND.multipliedBy(messagesAreLost ? 2 : 1));

        assertThat(two.calls("x")).isFalse();
        assertThat(three.calls("first")).isFalse();
        assertThat(two.calls("y")).isTrue();
    }

    @Test
    void whatNeedsNoSecondOpinionIsAppliedAtOnce() {
        List<Replica> all = replicas("one", "two");

        all.get(0).fails("b", billing());
        time.advance(MESSAGE);

        assertThat(all.get(1).excludes("b")).isTrue();
        assertThat(all.get(1).excludes("a")).isFalse();
        assertThat(all.get(1).probes).isEmpty();
        assertThat(all.get(1).events).singleElement().isInstanceOfSatisfying(ScopeExcluded.class, event -> {
            assertThat(event.scope()).isEqualTo(new Scope.BillingAccount("account"));
            assertThat(event.failure().reason()).isEqualTo("Replica one reports: a test");
        });
    }

    @Test
    void whoseMachineIsRejectedTellsOfNoKey() {
        List<Replica> all = replicas("one", "two");
        Replica one = all.get(0);
        Exclusion egress = new Exclusion(new Scope.Egress(), one.clock.nanos() + SECOND.toNanos(), "a test", null);
        assertThat(one.health.adopt(egress, false, 0, one.clock.nanos())).isTrue();

        one.fails("b", billing());
        time.advance(MESSAGE);
        assertThat(one.excludes("b")).isTrue();
        assertThat(store.facts(FactKind.EXCLUSION)).isEmpty();
    }

    @Test
    void aRejectedKeyIsProbedOnceByOneOtherReplica() {
        List<Replica> all = replicas("one", "two", "three", "four");
        revoked.add(SECRET);

        all.get(0).calls("a");
        time.advance(SECOND);

        assertThat(all.stream().mapToInt(replica -> replica.probes.getOrDefault("a", 0)))
                .containsExactlyInAnyOrder(0, 0, 0, 1);
        assertThat(all.get(0).probes).isEmpty();
    }

    @Test
    void aReplicaWhoseAddressIsRejectedShutsOutNobody() {
        List<Replica> all = replicas("one", "two", "three");
        all.get(0).isRejectedEverywhere = true;

        all.get(0).calls("a");
        all.get(0).calls("b");
        for (int second = 0; second < 600; second++) {
            time.advance(SECOND);
            assertThat(all.get(0).calls("a")).isFalse();
            assertThat(all.get(1).calls("a")).as("two at second %s", second).isTrue();
            assertThat(all.get(2).calls("b")).as("three at second %s", second).isTrue();
        }
        // It is asked once, not again with each probe that fails.
        assertThat(all.get(1).probes.getOrDefault("a", 0) + all.get(2).probes.getOrDefault("a", 0))
                .isEqualTo(1);
        assertThat(all.get(0).excludes("a")).isTrue();
    }

    @Test
    void withoutASecondOpinionTheReporterIsBelieved() {
        List<Replica> all = replicas("one", "two", "three");
        all.get(1).isOffline = true;
        all.get(2).isOffline = true;
        revoked.add(SECRET);

        all.get(0).calls("a");
        time.advance(SECOND);

        assertThat(all.get(1).calls("a")).isFalse();
        assertThat(all.get(2).calls("a")).isFalse();
    }

    @Test
    void aLeakedKeyNeedsNoSecondOpinion() {
        List<Replica> all = replicas("one", "two");

        all.get(0)
                .fails(
                        "a",
                        new Failure(
                                FailureKind.KEY_REJECTED,
                                FailureCause.KEY_LEAKED,
                                new Scope.Key("a"),
                                null,
                                true,
                                403,
                                "leaked"));
        time.advance(MESSAGE);

        assertThat(all.get(1).excludes("a")).isTrue();
        time.advance(Duration.ofDays(2));
        assertThat(all.get(1).excludes("a")).isTrue();
    }

    @Test
    void whatWorksAgainIsUsedAgainEverywhere() {
        List<Replica> all = replicas("one", "two", "three");
        revoked.add(SECRET);
        all.get(0).calls("a");
        time.advance(Duration.ofSeconds(3));
        assertThat(all.get(2).excludes("a")).isTrue();

        revoked.clear();
        time.advance(Duration.ofSeconds(8));

        assertThat(all).allSatisfy(replica -> assertThat(replica.calls("a")).isTrue());
        assertThat(store.facts(FactKind.EXCLUSION)).isEmpty();
    }

    @Test
    void theReporterProbesAndTheOthersDoNot() {
        List<Replica> all = replicas("one", "two", "three");
        revoked.add(SECRET);
        all.get(0).calls("a");
        time.advance(SECOND);
        all.forEach(replica -> replica.probes.clear());

        time.advance(Duration.ofMinutes(30));

        // The one that gave the second opinion reported last.
        assertThat(all.stream().filter(replica -> !replica.probes.isEmpty())).hasSize(1);
    }

    @Test
    void ifTheReporterIsGoneTheNextOneProbes() {
        List<Replica> all = replicas("one", "two", "three");
        revoked.add(SECRET);
        all.get(0).calls("a");
        time.advance(SECOND);
        Replica reporter = all.stream()
                .filter(replica -> replica.probes.containsKey("a"))
                .findFirst()
                .orElseThrow();
        reporter.crashes();
        all.forEach(replica -> replica.probes.clear());

        time.advance(Duration.ofSeconds(25));

        assertThat(all.stream().mapToInt(replica -> replica.probes.getOrDefault("a", 0)))
                .containsExactlyInAnyOrder(0, 0, 1);
    }

    @Test
    void whatNeedsARealCallIsTriedByTheOthersTenSecondsLater() {
        List<Replica> all = replicas("one", "two");
        all.get(0).fails("b", billing());
        time.advance(MESSAGE);
        Exclusion exclusion =
                Objects.requireNonNull(all.get(0).key("b").billingCell().latest());
        Duration pause =
                Duration.ofNanos(exclusion.untilNanos() - all.get(0).clock.nanos());

        time.advance(pause.plusSeconds(9));
        assertThat(all.get(0).excludes("b")).isFalse();
        assertThat(all.get(1).excludes("b")).isTrue();
        time.advance(Duration.ofSeconds(2));
        assertThat(all.get(1).excludes("b")).isFalse();
        assertThat(all.get(1).key("b").billingCell().isHalfOpen(all.get(1).clock.nanos()))
                .isTrue();
    }

    @Test
    void aUseOfAModelIsExcludedForItsModelPool() {
        List<Replica> all = replicas("one", "two");
        Scope.ProjectModel scope = new Scope.ProjectModel("shop", "m", Use.EMBED);

        all.get(0).fails("b", failure(FailureKind.NOT_ENTITLED, FailureCause.NO_QUOTA, scope));
        time.advance(MESSAGE);

        assertThat(all.get(1).exclusions.cell(scope).at(all.get(1).clock.nanos()))
                .isNotNull();
        assertThat(all.get(1).orders).contains("heed " + scope);
        assertThat(all.get(1).exclusions.adoptedUses("m")).containsExactly(scope);
        assertThat(all.get(0).exclusions.adoptedUses("m")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            names = {"OVERLOADED", "SERVER_ERROR", "NETWORK", "EGRESS_BLOCKED"})
    void outagesAreNotShared(FailureKind kind) {
        List<Replica> all = replicas("one", "two");
        Scope scope = kind == FailureKind.EGRESS_BLOCKED ? new Scope.Egress() : new Scope.Model("m");
        for (int i = 0; i < 200; i++) {
            all.get(0).fails("a", failure(kind, FailureCause.UNSPECIFIED, scope));
            all.get(0).fails("b", failure(kind, FailureCause.UNSPECIFIED, scope));
        }
        time.advance(SECOND);

        assertThat(store.facts(FactKind.EXCLUSION)).isEmpty();
        assertThat(all.get(1).exclusions.active(all.get(1).clock.nanos())).isEmpty();
    }

    @Test
    void aReplicaThatStartsLaterKnowsWhatIsExcluded() {
        Replica one = replica("one");
        one.fails("b", billing());
        one.crashes();

        Replica later = replica("later");

        assertThat(later.excludes("b")).isTrue();
    }

    @Test
    void aFlushedStoreIsFilledAgain() {
        List<Replica> all = replicas("one", "two");
        all.get(0).fails("b", billing());
        time.advance(SECOND);

        store.flush();
        time.advance(SECOND.multipliedBy(2));

        assertThat(store.facts(FactKind.EXCLUSION)).hasSize(1);
        assertThat(replica("later").excludes("b")).isTrue();
    }

    @Test
    void aKeyWithoutAProjectIsKnownByItsSecretNotByItsName() {
        Replica one = replica("one", List.of(ApiKey.of(SECRET), ApiKey.of(OTHER_SECRET)));
        Replica two = replica("two", List.of(ApiKey.of(OTHER_SECRET), ApiKey.of(SECRET)));

        one.fails(
                "Key #1", failure(FailureKind.PROJECT_REJECTED, FailureCause.KEY_LEAKED, new Scope.Project("Key #1")));
        time.advance(MESSAGE);

        assertThat(two.excludes("Key #2")).isTrue();
        assertThat(two.excludes("Key #1")).isFalse();
    }

    @Test
    void aKeyThatIsAddedLaterIsExcludedToo() {
        Replica one = replica("one");
        Replica two = replica("two", List.of(ApiKey.of(OTHER_SECRET).named("y")));
        one.fails(
                "a",
                new Failure(
                        FailureKind.KEY_REJECTED,
                        FailureCause.KEY_LEAKED,
                        new Scope.Key("a"),
                        null,
                        true,
                        403,
                        "leaked"));
        time.advance(SECOND);

        two.ring.add(ApiKey.of(SECRET).named("x"));
        two.facts.keysChanged();

        assertThat(two.excludes("x")).isTrue();
    }

    @Test
    void noPartOfAKeyIsPublished() {
        List<Replica> all = replicas("one", "two");
        revoked.add(SECRET);
        revoked.add(OTHER_SECRET);
        all.get(0).calls("a");
        all.get(1).calls("b");
        all.get(0).facts.owners().learned("files/abc", "a");
        all.get(0).facts.disabled(all.get(0).key("b"));
        time.advance(Duration.ofMinutes(1));

        assertThat(store.texts()).hasSizeGreaterThan(5);
        for (String secret : List.of(SECRET, OTHER_SECRET)) {
            for (int at = 0; at + 4 <= secret.length(); at++) {
                String part = secret.substring(at, at + 4);
                assertThat(store.texts()).noneMatch(text -> text.contains(part));
            }
        }
    }
}
