package io.github.geminipool.internal.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.shared.FactKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operator does at one replica holds for all. */
class SharedActionsTest extends ReplicasFixture {

    private void disable(Replica at, String key) {
        at.disable(key, "by a test");
        at.facts.disabled(at.key(key));
    }

    private void enable(Replica at, String key) {
        at.enable(key, "by a test");
        at.facts.enabled(at.key(key));
    }

    @Test
    void aKeyIsDisabledEverywhereAndAfterARestart() {
        List<Replica> all = replicas("one", "two");

        disable(all.get(0), "a");
        time.advance(SECOND);

        assertThat(all.get(1).excludes("a")).isTrue();
        assertThat(replica("later").excludes("a")).isTrue();
    }

    @Test
    void aKeyIsEnabledEverywhereWhateverExcludedIt() {
        List<Replica> all = replicas("one", "two", "three");
        disable(all.get(0), "a");
        all.get(1)
                .fails(
                        "b",
                        new Failure(
                                FailureKind.BILLING,
                                FailureCause.CREDIT_DEPLETED,
                                new Scope.BillingAccount("account"),
                                null,
                                false,
                                429,
                                "a test"));
        time.advance(SECOND);
        assertThat(all.get(0).excludes("b")).isTrue();

        enable(all.get(2), "a");
        enable(all.get(2), "b");
        time.advance(SECOND);

        assertThat(all).noneMatch(replica -> replica.excludes("a") || replica.excludes("b"));
        assertThat(store.facts(FactKind.EXCLUSION)).isEmpty();
        Replica later = replica("later");
        assertThat(later.excludes("a")).isFalse();
        assertThat(later.excludes("b")).isFalse();
    }

    @Test
    void whoWasCutOffHearsOfItLater() {
        List<Replica> all = replicas("one", "two");
        disable(all.get(0), "a");
        time.advance(SECOND);
        all.get(1).connection.isDown(true);

        enable(all.get(0), "a");
        time.advance(Duration.ofMinutes(10));
        assertThat(all.get(1).excludes("a")).isTrue();
        all.get(1).connection.isDown(false);
        time.advance(SECOND.multipliedBy(2));

        assertThat(all.get(1).excludes("a")).isFalse();
    }

    @Test
    void whatOneWhoWasCutOffHasDisabledIsToldLater() {
        List<Replica> all = replicas("one", "two");
        all.get(0).connection.isDown(true);
        disable(all.get(0), "a");
        time.advance(SECOND);
        all.get(0).connection.isDown(false);
        disable(all.get(1), "b");
        time.advance(SECOND.multipliedBy(2));

        assertThat(all.get(1).excludes("a")).isTrue();
    }

    @Test
    void whatOneDoesWhileTheStoreIsAwayIsNotUndoneByWhatWasDoneBefore() {
        List<Replica> all = replicas("one", "two");
        enable(all.get(1), "a");
        disable(all.get(1), "b");
        time.advance(SECOND);
        all.forEach(replica -> replica.connection.isDown(true));
        disable(all.get(0), "a");
        enable(all.get(0), "b");
        time.advance(SECOND.multipliedBy(10));
        all.forEach(replica -> replica.connection.isDown(false));
        time.advance(SECOND.multipliedBy(5));

        assertThat(all).allMatch(replica -> replica.excludes("a") && !replica.excludes("b"));
    }

    @Test
    void whoActsLaterHasTheLastWord() {
        List<Replica> all = replicas("one", "two");
        disable(all.get(0), "a");
        enable(all.get(1), "a");
        time.advance(SECOND.multipliedBy(5));
        assertThat(all).noneMatch(replica -> replica.excludes("a"));
    }

    @Test
    void anOldActionIsNotRepeated() {
        List<Replica> all = replicas("one", "two");
        all.get(0).facts.reset("m");
        all.get(0).facts.reset(null);
        time.advance(SECOND);
        assertThat(all.get(1).orders).containsExactly("reset m", "reset null");
        assertThat(all.get(0).orders).isEmpty();

        store.beat();
        all.get(0).facts.reset("m");
        time.advance(Duration.ofMinutes(1));

        assertThat(all.get(1).orders).containsExactly("reset m", "reset null", "reset m");
        assertThat(replica("later").orders).isEmpty();
    }

    @Test
    void aResetEndsTheExclusionsOfAll() {
        List<Replica> all = replicas("one", "two");
        all.get(0)
                .fails(
                        "b",
                        new Failure(
                                FailureKind.NOT_ENTITLED,
                                FailureCause.NO_QUOTA,
                                new Scope.ProjectModel("shop", "m"),
                                null,
                                false,
                                429,
                                "a test"));
        time.advance(SECOND);
        assertThat(store.facts(FactKind.EXCLUSION)).hasSize(1);

        all.get(1).facts.reset("other");
        assertThat(store.facts(FactKind.EXCLUSION)).hasSize(1);
        all.get(1).facts.reset("m");

        assertThat(store.facts(FactKind.EXCLUSION)).isEmpty();
    }
}
