package io.github.geminipool.internal.books;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is reported of the day when books were lost, in part or altogether. */
class ReplicaLedgerLossTest extends ReplicaLedgerFixture {

    private final ReplicaLedger ledger =
            ledger(Limits.NONE.withRequestsPerMinute(60).withRequestsPerDay(100));

    private long usedOfDay() {
        order(ledger, 0);
        SlotAsk report = ledger.ask(List.of(), 0, now());
        Slots told = answer(report);
        ledger.answered(told, now());
        return told.requestsPerDay().used();
    }

    private void send(int number) {
        order(ledger, number);
        assertThat(burst(ledger)).isEqualTo(number);
    }

    private void sendAlone() {
        ledger.unanswered(now());
        time.advance(Duration.ofSeconds(2));
        ledger.take(now(), ONE);
    }

    @Test
    void afterAFailOverThatLostTheLastSlotTheDayIsNotCountedTwice() {
        send(30);
        books.forgetLatest();

        assertThat(usedOfDay()).isEqualTo(30);
    }

    @Test
    void afterAnEvictionOfTheSendsTheDayIsNotCountedTwice() {
        send(30);
        books.evict();

        assertThat(usedOfDay()).isEqualTo(30);
    }

    @Test
    void afterALossOfEverythingTheDayIsCountedAgain() {
        send(30);
        books.wipe();

        assertThat(usedOfDay()).isEqualTo(30);
    }

    @Test
    void whatWasSentAloneIsCountedOnceWhateverWasLost() {
        send(30);
        sendAlone();
        books.forgetLatest();
        assertThat(usedOfDay()).isEqualTo(31);

        sendAlone();
        books.wipe();
        assertThat(usedOfDay()).isEqualTo(32);
    }

    @Test
    void whatWasToBeToldOfTheDayIsToldOnceAfterALoss() {
        send(30);
        sendAlone();
        // The answer ends being alone; its report is under way when the books are found to be lost.
        order(ledger, 0);
        ledger.lost(now());

        assertThat(told(ledger))
                .filteredOn(change -> change instanceof SlotChange.OfDay || change instanceof SlotChange.KeptOfDay)
                .containsExactlyInAnyOrder(new SlotChange.OfDay(1), new SlotChange.KeptOfDay(30));
    }

    @Test
    void yesterdaysRequestsAreNotReportedAsTodays() {
        send(30);
        sendAlone();
        time.advance(Duration.ofHours(25));
        books.wipe();

        assertThat(usedOfDay()).isZero();
        assertThat(ledger.ask(List.of(SlotSize.ONE), 0, now()).order().changes())
                .isEmpty();
    }
}
