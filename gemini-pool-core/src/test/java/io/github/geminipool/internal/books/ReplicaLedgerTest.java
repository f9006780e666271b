package io.github.geminipool.internal.books;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.quota.TokenEstimate;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.BooksVersion;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.testing.BooksTwin;
import io.github.geminipool.testing.SimulatedStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaLedgerTest extends ReplicaLedgerFixture {

    @Test
    void withoutASlotNothingIsSentUntilAnAnswerIsDue() {
        ReplicaLedger ledger = perMinute(60);

        assertThat(ledger.nextSlot(now(), ONE)).isEqualTo(now() + 150 * MILLI);
        ledger.ask(List.of(SlotSize.ONE), 0, now());
        time.advance(Duration.ofMillis(100));
        assertThat(ledger.nextSlot(now(), ONE)).isEqualTo(now() + 50 * MILLI);
    }

    @Test
    void everySlotServesOneRequest() {
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 3);

        assertThat(ledgers.held() + ledgers.asked()).isEqualTo(3);
        assertThat(burst(ledger)).isEqualTo(3);
        assertThat(ledgers.held() + ledgers.asked()).isZero();
    }

    @Test
    void whoHasEnoughToComeDoesNotAskAgain() {
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 60);
        burst(ledger);
        time.advance(Duration.ofSeconds(5));

        // Two turns of a second each.
        order(ledger, 10);
        assertThat(ledgers.held() + ledgers.asked()).isEqualTo(2);
        assertThat(ledger.askableAt(now())).isEqualTo(PoolClock.NEVER);
        assertThat(ledger.nextSlot(now(), ONE)).isGreaterThan(now() + 54 * SECOND);
    }

    @Test
    void whoGotNothingWaitsALittleBeforeAskingAgain() {
        ReplicaLedger ledger = perMinute(10);
        order(ledger, 10);
        burst(ledger);
        SlotAsk ask = ledger.ask(List.of(SlotSize.ONE), 0, now());
        ledger.answered(answer(ask), now());

        assertThat(ledger.askableAt(now())).isEqualTo(PoolClock.NEVER);
        time.advance(Duration.ofMillis(40));
        assertThat(ledger.askableAt(now())).isGreaterThan(now() + 59 * SECOND).isNotEqualTo(PoolClock.NEVER);
    }

    @Test
    void aSlotUsedLateIsCorrected() {
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 1);
        time.advance(Duration.ofMillis(500));
        ledger.take(now(), ONE);

        assertThat(told(ledger)).singleElement().isInstanceOfSatisfying(SlotChange.Moved.class, moved -> {
            assertThat(moved.later()).isEqualTo(Duration.ofMillis(500));
            assertThat(moved.size()).isEqualTo(moved.reserved());
        });
    }

    @Test
    void theSlotOfARequestThatWasNotSentServesAnother() {
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 1);
        ledger.take(now(), ONE);

        assertThat(ledger.refund(now(), ONE)).isTrue();
        assertThat(burst(ledger)).isEqualTo(1);
    }

    @Test
    void slotsThatNobodyNeedsAreGivenBack() {
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 3);
        ledgers.giveBackBeyond(1);

        assertThat(burst(ledger)).isEqualTo(1);
        assertThat(told(ledger)).hasSize(2).allMatch(SlotChange.Unused.class::isInstance);
    }

    @Test
    void aScarceSlotIsGivenBackAtOnce() {
        ReplicaLedger ledger = perMinute(4);
        order(ledger, 3);
        ledgers.giveBackBeyond(0);

        assertThat(ledgers.urgent()).containsExactly(ledger);
    }

    @Test
    void tokensAreSettled() {
        ReplicaLedger ledger = ledger(Limits.NONE.withTokensPerMinute(1_000));
        long size = new Demand(1, 300, false).size(300);
        SlotAsk ask = ledger.ask(List.of(new SlotSize(1, 300)), 0, now());
        ledger.answered(answer(ask), now());
        ledger.take(now(), size);
        ledger.settle(now(), size, 120);

        assertThat(told(ledger)).singleElement().isInstanceOfSatisfying(SlotChange.Moved.class, moved -> {
            assertThat(moved.reserved().tokens()).isEqualTo(300);
            assertThat(moved.size().tokens()).isEqualTo(120);
        });
    }

    @Test
    void whatIsLargerThanTheSharedLimitIsNeverSent() {
        ReplicaLedger ledger = ledger(Limits.NONE.withTokensPerMinute(1_000));

        assertThat(ledger.nextSlot(now(), new Demand(1, 5_000, false).size(5_000)))
                .isEqualTo(PoolClock.NEVER);
        assertThat(perMinute(10).nextSlot(now(), Demand.of(11, 0).size(0))).isEqualTo(PoolClock.NEVER);
    }

    @Test
    void aloneItGoesOnWithItsPartAndPaced() {
        server.connect("r1");
        time.advance(Duration.ofSeconds(1));
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 30);
        burst(ledger);
        time.advance(Duration.ofSeconds(2));
        ledger.ask(List.of(SlotSize.ONE), 0, now());
        ledger.unanswered(now());

        // It had a half, and half of the other half: ¾ of three quarters and ¼ of a half. Half of that counts as sent.
        assertThat(ledger.isAlone()).isTrue();
        int sent = burst(ledger);
        assertThat(sent).isBetween(19, 21);
        time.advance(Duration.ofMinutes(1));
        assertThat(sent + burst(ledger)).isLessThanOrEqualTo(60);
    }

    @Test
    void whatWasSentAloneIsReported() {
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 1);
        burst(ledger);
        ledger.ask(List.of(), 0, now());
        ledger.unanswered(now());
        int sent = burst(ledger);
        time.advance(Duration.ofSeconds(3));
        SlotAsk back = ledger.ask(List.of(), 0, now());
        ledger.answered(answer(back), now());

        assertThat(ledger.isAlone()).isFalse();
        assertThat(sent).isPositive();
        assertThat(told(ledger))
                .filteredOn(new SlotChange.Sent(Duration.ofSeconds(3), SlotSize.ONE)::equals)
                .hasSize(sent);
    }

    @Test
    void anAnswerThatComesLateIsGivenBack() {
        ReplicaLedger ledger = perMinute(60);
        SlotAsk late = ledger.ask(List.of(SlotSize.ONE), 0, now());
        Slots slots = answer(late);
        ledger.unanswered(now());
        ledger.answeredLate(slots);

        assertThat(told(ledger))
                .containsExactly(new SlotChange.Unused(slots.slots().get(0).id(), SlotSize.ONE));
    }

    @Test
    void whatAFailedOrderToldIsToldAgain() {
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 1);
        ledgers.giveBackBeyond(0);
        SlotAsk failed = ledger.ask(List.of(), 0, now());
        ledger.reportAgain(failed, false, now());

        assertThat(told(ledger)).isEqualTo(failed.order().changes()).hasSize(1);
    }

    @Test
    void lostBooksAreRebuilt() {
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 20);
        burst(ledger);
        time.advance(Duration.ofSeconds(1));
        books.wipe();
        SlotAsk ask = ledger.ask(List.of(SlotSize.ONE), 0, now());
        Slots lost = answer(ask);
        ledger.answered(lost, now());
        order(ledger, 0);
        time.advance(Duration.ofMillis(300));

        assertThat(lost.status()).isEqualTo(Slots.Status.LOST);
        order(ledger, 60);
        assertThat(burst(ledger)).isEqualTo(40);
    }

    @Test
    void booksThatAnotherHasFoundLostAreReportedOnce() {
        ReplicaLedger ledger = perMinute(60);
        SlotAsk first = order(ledger, 2);
        burst(ledger);
        ledger.lost(now());
        SlotAsk report = ledger.ask(List.of(), 0, now());
        ledger.lost(now());

        assertThat(first.order().known()).isNull();
        assertThat(report.order().known()).isNull();
        assertThat(report.order().changes())
                .filteredOn(SlotChange.Kept.class::isInstance)
                .hasSize(2);
        assertThat(told(ledger)).isEmpty();
    }

    @Test
    void aRefusalIsToldWithWhatIsHeld() {
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 3);
        ledger.take(now(), ONE);
        boolean isNews = ledger.refusedByMinute(30, ONE, now(), now(), now() + SECOND);

        assertThat(isNews).isTrue();
        assertThat(ledgers.held() + ledgers.asked()).isZero();
        assertThat(told(ledger))
                .contains(new SlotChange.Refused(
                        SlotChange.Unit.REQUESTS_PER_MINUTE, 30, Duration.ZERO, Duration.ofSeconds(1), 1))
                .filteredOn(SlotChange.Unused.class::isInstance)
                .hasSize(2);
    }

    @Test
    void theDayIsUsedUpByAllTogether() {
        ReplicaLedger ledger = ledger(Limits.NONE.withRequestsPerDay(5));
        order(ledger, 10);

        assertThat(burst(ledger)).isEqualTo(5);
        assertThat(ledger.isDayUsedUp(now())).isTrue();
        ledger.ask(List.of(), 0, now());
        ledger.unanswered(now());
        assertThat(burst(ledger)).isLessThanOrEqualTo(1);
    }

    @Test
    void whatTheAnswerTookCountsAsLateness() {
        ReplicaLedger ledger = perMinute(60);
        SlotAsk ask = ledger.ask(List.of(SlotSize.ONE), 0, now());
        Slots given = answer(ask);
        time.advance(Duration.ofMillis(60));
        ledger.answered(given, now());
        ledger.take(now(), ONE);

        assertThat(told(ledger))
                .singleElement()
                .isInstanceOfSatisfying(
                        SlotChange.Moved.class,
                        moved -> assertThat(moved.later()).isEqualTo(Duration.ofMillis(60)));
    }

    @Test
    void whoMayHaveLostBooksWithOthersFindsOut() {
        ReplicaLedger ledger = perMinute(60);
        ledger.verify(now());
        assertThat(ledgers.urgent()).as("it has never been told anything").isEmpty();

        order(ledger, 2);
        ledger.take(now(), ONE);
        ledger.verify(now());
        assertThat(ledgers.urgent()).containsExactly(ledger);
        time.advance(Duration.ofSeconds(1));
        books.wipe();
        SlotAsk verifies = ledger.ask(List.of(), 0, now());
        ledger.answered(answer(verifies), now());
        assertThat(told(ledger)).filteredOn(SlotChange.Kept.class::isInstance).hasSize(2);

        ledger.verify(now());
        assertThat(ledgers.urgent()).as("it has just reported").isEmpty();
    }

    @Test
    void whenBooksHaveRoomLaterNothingIsKnownSooner() {
        ReplicaLedger ledger = perMinute(10);
        order(ledger, 10);
        burst(ledger);
        order(ledger, 1);
        burst(ledger);
        SlotAsk inVain = ledger.ask(List.of(SlotSize.ONE), 0, now());
        ledger.answered(answer(inVain), now());

        assertThat(ledger.nextSlot(now(), ONE)).isGreaterThan(now() + 59 * SECOND);
    }

    @Test
    void aReplicaWithASmallerLimitIsToldOfOnce() {
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 1);
        assertThat(ledgers.takeDifferences()).isEmpty();

        ReplicaLedger other = perMinute(30);
        ledger.answered(answer(other.ask(List.of(), 0, now())), now());
        assertThat(ledgers.takeDifferences())
                .singleElement()
                .asString()
                .contains("REQUESTS_PER_MINUTE", "'p'", "'gemini'", "as 60 here", "as 30 in another");
        order(ledger, 1);
        order(other, 1);
        assertThat(ledgers.takeDifferences()).isEmpty();
    }

    @Test
    void aLimitThatGeminiHasNamedIsNoDifference() {
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 1);
        ledger.take(now(), ONE);
        ledger.refusedByMinute(30, ONE, now(), now(), now() + SECOND);
        order(ledger, 1);
        assertThat(ledger.requestLimit()).isEqualTo(30);
        assertThat(ledgers.takeDifferences()).isEmpty();
    }

    @Test
    void whatOthersHaveUsedIsKnownAMinuteAfterATimeAlone() {
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 1);
        assertThat(ledger.knowsAll(now())).isTrue();
        ledger.ask(List.of(), 0, now());
        ledger.unanswered(now());
        assertThat(ledger.knowsAll(now())).isFalse();
        order(ledger, 1);
        assertThat(ledger.knowsAll(now())).isFalse();

        time.advance(Duration.ofMinutes(1));
        order(ledger, 1);
        assertThat(ledger.knowsAll(now())).isTrue();
        time.advance(Duration.ofSeconds(6));
        assertThat(ledger.knowsAll(now())).as("told long ago").isFalse();
    }

    @Test
    void whoIsGoneMayHaveSentWhatNobodyKnows() {
        SimulatedStore.Link gone = server.connect("r1");
        time.advance(Duration.ofSeconds(2));
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 1);
        assertThat(ledger.knowsAll(now())).isTrue();
        gone.close();
        time.advance(Duration.ofSeconds(20));
        order(ledger, 1);
        assertThat(ledger.knowsAll(now())).isFalse();
    }

    @Test
    void itSaysWhichBooksItKnows() {
        ReplicaLedger ledger = perMinute(60);
        order(ledger, 2);

        BooksVersion known = order(ledger, 1).order().known();
        assertThat(known).isNotNull();
        assertThat(java.util.Objects.requireNonNull(known).given()).isEqualTo(2);
    }

    @Test
    void thatReplicasDifferIsToldOnceForEachProject() {
        for (String project : List.of("p", "q")) {
            ReplicaLedger ledger = ledgers.ledger(project, Limits.NONE.withRequestsPerMinute(60), new TokenEstimate());
            ReplicaLedger other = ledgers.ledger(project, Limits.NONE.withRequestsPerMinute(30), new TokenEstimate());
            BooksTwin ofProject = new BooksTwin();
            for (ReplicaLedger each : List.of(other, ledger, ledger)) {
                SlotAsk ask = each.ask(List.of(), 0, now());
                each.answered(
                        ofProject.ask(VirtualTime.START.toEpochMilli() * 1_000 + now() / 1_000, ask.order()), now());
            }
        }

        assertThat(ledgers.takeDifferences())
                .hasSize(2)
                .anySatisfy(told -> assertThat(told).contains("'p'"))
                .anySatisfy(told -> assertThat(told).contains("'q'"));
    }
}
