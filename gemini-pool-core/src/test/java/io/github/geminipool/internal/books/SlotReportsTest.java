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
    private final ReplicaLedger ledger = ledgers.ledger(
            "p", Limits.NONE.withRequestsPerMinute(60).withRequestsPerDay(1_000), new TokenEstimate());
    private final SlotTraffic traffic =
            new SlotTraffic(ledgers, time.clock(), time::schedule, this::changed, told -> {});

    private void changed(Runnable change) {
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
