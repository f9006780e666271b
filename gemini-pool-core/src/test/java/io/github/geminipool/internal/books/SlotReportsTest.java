package io.github.geminipool.internal.books;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.quota.TokenEstimate;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.SlotSize;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What is reported when connections are lost, and when a pool is closed. */
class SlotReportsTest {

    private static final long ONE = Demand.REQUEST.size(0);

    private final VirtualTime time = new VirtualTime();
    private final FaultyStore store = new FaultyStore(time);
    private final ReplicaLedgers ledgers = new ReplicaLedgers(
            "gemini", new QuotaSharing(store, project -> project, model -> model, (alias, model) -> {}), time.clock());
    private final ReplicaLedger ledger =
            ledgers.ledger("p", Limits.NONE.withRequestsPerMinute(60).withRequestsPerDay(1_000), new TokenEstimate());
    private final SlotTraffic traffic = new SlotTraffic(ledgers, time.clock(), time, this::changed, told -> {});

    private boolean isPaused;

    private void changed(Runnable change) {
        if (isPaused) {
            return;
        }
        change.run();
        release();
    }

    private void release() {
        traffic.report(now());
        traffic.sendSoon(traffic.takeOutgoing());
    }

    private long now() {
        return time.clock().nanos();
    }

    private void order(int number) {
        traffic.order(ledger, Collections.nCopies(number, SlotSize.ONE), 0, now());
        release();
        pass(Duration.ofMillis(10));
    }

    private void pass(Duration length) {
        time.advance(length);
        release();
    }

    private void send(int number) {
        for (int i = 0; i < number; i++) {
            time.advance(Duration.ofMillis(5));
            ledger.take(now(), ONE);
        }
    }

    private List<SlotChange> reported() {
        return store.orders.stream()
                .map(SlotOrder::changes)
                .flatMap(List::stream)
                .toList();
    }

    private static Predicate<SlotOrder> has(Class<? extends SlotChange> kind) {
        return order -> order.changes().stream().anyMatch(kind::isInstance);
    }

    @Test
    void aSlotWhoseReturnMayHaveBeenBookedIsNotGivenBackTwice() {
        order(3);
        ledgers.giveBackBeyond(0);
        release();
        store.losesAnswer = has(SlotChange.Unused.class);
        pass(Duration.ofSeconds(30));

        assertThat(reported()).filteredOn(SlotChange.Unused.class::isInstance).hasSize(3);
        assertThat(ledger.isAlone()).isFalse();
    }

    @Test
    void theDayIsNotCountedTwiceIfTheAnswerToItsReportIsLost() {
        store.down.add("p");
        order(0);
        send(5);
        store.down.clear();
        store.losesAnswer = has(SlotChange.OfDay.class);
        pass(Duration.ofSeconds(30));

        assertThat(reported()).filteredOn(SlotChange.OfDay.class::isInstance).containsExactly(new SlotChange.OfDay(5));
    }

    @Test
    void whatAFastReplicaSendsAloneIsReportedInFullAndInFewWords() {
        ReplicaLedger fast = ledgers.ledger("p", Limits.NONE.withRequestsPerMinute(60_000), new TokenEstimate());
        fast.unanswered(now());
        for (int i = 0; i < 30_000; i++) {
            time.advance(Duration.ofMillis(2));
            fast.take(now(), ONE);
        }
        fast.reportSentAlone(now());

        List<SlotChange> changes = fast.ask(List.of(), 0, now()).order().changes();
        assertThat(changes).hasSizeBetween(1_000, 8_192);
        assertThat(changes.stream()
                        .filter(SlotChange.Sent.class::isInstance)
                        .mapToInt(sent -> ((SlotChange.Sent) sent).size().requests())
                        .sum())
                .isEqualTo(30_000);
        assertThat(changes).contains(new SlotChange.OfDay(30_000));
    }

    @Test
    void whoWasPausedUsesNoneOfTheSlotsThatWereReservedBefore() {
        store.isAsleep = true;
        traffic.order(ledger, Collections.nCopies(5, SlotSize.ONE), 0, now());
        traffic.takeOutgoing().forEach(Runnable::run);
        // No alarm rings, as none would in a process that is stopped.
        isPaused = true;
        time.advance(Duration.ofSeconds(90));
        isPaused = false;
        store.wake();

        assertThat(ledger.held()).isZero();
        release();
        pass(Duration.ofSeconds(3));
        assertThat(reported()).filteredOn(SlotChange.Unused.class::isInstance).hasSize(5);
    }

    @Test
    void aSlotThatIsRefundedLateIsNotUsedAgain() {
        order(1);
        long at = now();
        ledger.take(at, ONE);
        time.advance(Duration.ofSeconds(56));
        ledger.refund(at, ONE);

        assertThat(ledger.nextSlot(now(), ONE)).isGreaterThan(now());
        ledgers.giveBackUnused(now(), now());
        assertThat(ledger.held()).isZero();
    }

    @Test
    void aPoolThatIsClosedWhileItIsAloneReportsWhatItHasSent() {
        store.down.add("p");
        order(0);
        send(5);
        store.down.clear();
        store.orders.clear();
        traffic.close();
        release();

        assertThat(reported()).filteredOn(SlotChange.Sent.class::isInstance).hasSize(5);
        assertThat(reported()).contains(new SlotChange.OfDay(5));
    }
}
