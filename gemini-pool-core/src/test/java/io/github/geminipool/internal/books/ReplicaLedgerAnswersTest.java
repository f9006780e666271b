package io.github.geminipool.internal.books;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers that are overdue, come to nobody or never. */
class ReplicaLedgerAnswersTest extends ReplicaLedgerFixture {

    @Test
    void whileAnAnswerIsOverdueNothingIsSentWithoutASlot() {
        ReplicaLedger ledger = perMinute(60);
        ledger.ask(List.of(SlotSize.ONE), 0, now());
        time.advance(Duration.ofMillis(150));
        assertThat(ledger.nextSlot(now(), ONE)).isGreaterThan(now());
        time.advance(Duration.ofMillis(50));
        assertThat(ledger.nextSlot(now(), ONE)).isGreaterThan(now());
    }

    @Test
    void anAnswerToALedgerThatIsUsedNoLongerIsGivenBack() {
        ReplicaLedger ledger = perMinute(60);
        SlotAsk ask = ledger.ask(List.of(SlotSize.ONE), 0, now());
        Slots slots = answer(ask);
        ReplicaLedger instead = ledgers.learned(ledger, "gemini-real");
        ledger.answered(slots, now());

        assertThat(ledgers.all()).containsExactly(instead);
        assertThat(ledgers.held() + ledgers.asked()).isZero();
        assertThat(told(ledger))
                .containsExactly(new SlotChange.Unused(slots.slots().get(0).id(), SlotSize.ONE));
    }

    @Test
    void whatMayHaveBeenToldIsNotToldAgainIfThatTakesFromOthers() {
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 2);
        ledger.take(now(), ONE);
        ledger.refusedByMinute(30, ONE, now(), now(), now() + SECOND);
        SlotAsk failed = ledger.ask(List.of(), 0, now());
        assertThat(failed.order().changes()).hasSize(2).anyMatch(SlotChange.Unused.class::isInstance);
        ledger.reportAgain(failed, true, now());

        assertThat(told(ledger)).singleElement().isInstanceOf(SlotChange.Refused.class);
    }

    @Test
    void whatCountsNoLongerIsNotToldAgain() {
        ReplicaLedger ledger = perMinute(60);
        ledger.take(now(), ONE);
        SlotAsk failed = ledger.ask(List.of(), 0, now());
        assertThat(failed.order().changes()).hasSize(1);
        time.advance(Duration.ofMinutes(3));
        ledger.reportAgain(failed, false, now());

        assertThat(told(ledger)).isEmpty();
    }

    @Test
    void aLimitedNumberOfChangesIsToldAgain() {
        UnreportedChanges changes = new UnreportedChanges();
        SlotChange.Unused change = new SlotChange.Unused(1, SlotSize.ONE);
        Collections.nCopies(9_000, change).forEach(changes::add);
        changes.addAgain(Collections.nCopies(9_000, now -> change), false, now());

        assertThat(changes.take()).hasSize(10_000);
    }

    @Test
    void whatCanNotBeOrderedIsOrderedALittleLater() {
        ReplicaLedger ledger = perMinute(60);
        ledger.take(now(), ONE);
        try {
            ledger.ask(Collections.singletonList(null), 0, now());
        } catch (NullPointerException expected) {
            assertThat(ledger.isAsking()).isFalse();
        }
        assertThat(ledgers.held() + ledgers.asked()).isZero();
        assertThat(ledger.askableAt(now())).isEqualTo(io.github.geminipool.internal.time.PoolClock.NEVER);
        time.advance(Duration.ofSeconds(1));
        assertThat(ledger.askableAt(now())).isEqualTo(now());
        assertThat(told(ledger)).singleElement().isInstanceOf(SlotChange.Sent.class);
    }
}
