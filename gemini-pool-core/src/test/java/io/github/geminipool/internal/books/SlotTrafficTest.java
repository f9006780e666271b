package io.github.geminipool.internal.books;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.geminipool.internal.quota.TokenEstimate;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotSize;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The orders of one replica, while its store or its memory fails, or it is closed. */
class SlotTrafficTest {

    private static final long MINUTE = 60_000_000_000L;

    private final VirtualTime time = new VirtualTime();
    private final FaultyStore store = new FaultyStore(time);
    private final ReplicaLedgers ledgers = new ReplicaLedgers(
            "gemini", new QuotaSharing(store, project -> project, model -> model, (alias, model) -> {}), time.clock());
    private final ReplicaLedger ledger = ledger("p");
    private final SlotTraffic traffic =
            new SlotTraffic(ledgers, time.clock(), this::schedule, this::changed, told -> {});

    /** The number of the next alarm for which there is no memory; 0 for none. */
    private int noAlarm;

    private int alarms;
    private boolean isTimerClosed;

    @BeforeAll
    static void beQuiet() {
        level(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        level(null);
    }

    private static void level(@Nullable Level level) {
        for (Class<?> type : List.of(SlotTraffic.class, Outbox.class)) {
            ((Logger) LoggerFactory.getLogger(type)).setLevel(level);
        }
    }

    private ReplicaLedger ledger(String project) {
        return ledgers.ledger(project, Limits.NONE.withRequestsPerMinute(60), new TokenEstimate());
    }

    /** Like the pool's timer, it repeats what ran out of memory. */
    private Scheduler.Alarm schedule(long at, Runnable task) {
        if (++alarms == noAlarm) {
            throw new OutOfMemoryError("a test");
        }
        return time.schedule(at, () -> {
            if (!isTimerClosed) {
                repeat(at, task);
            }
        });
    }

    private void repeat(long at, Runnable task) {
        try {
            task.run();
        } catch (OutOfMemoryError e) {
            time.schedule(at + 1_000_000, task);
        }
    }

    /** A change under the lock, as model pools make it. */
    private void changed(Runnable change) {
        try {
            change.run();
        } finally {
            release();
        }
    }

    private void release() {
        try {
            traffic.report(time.clock().nanos());
        } catch (OutOfMemoryError e) {
            // It is logged.
        } finally {
            traffic.sendSoon(traffic.takeOutgoing());
        }
    }

    private void order(ReplicaLedger from, int number) {
        traffic.order(
                from,
                Collections.nCopies(number, SlotSize.ONE),
                MINUTE,
                time.clock().nanos());
        release();
    }

    private void pass(Duration length) {
        time.advance(length);
        release();
    }

    private boolean isServed() {
        return !ledger.isAlone() && !ledger.isAsking();
    }

    /** Orders while the store is away, and there is once no memory; then the store is back. */
    private SlotTrafficTest served(int noAlarmFrom, int throwsAt) {
        store.down.add("p");
        noAlarm = noAlarmFrom;
        store.throwsAt = throwsAt;
        try {
            order(ledger, 1);
        } catch (OutOfMemoryError e) {
            // No order was made.
        }
        pass(Duration.ofSeconds(5));
        store.down.clear();
        for (int i = 0; i < 5; i++) {
            pass(Duration.ofSeconds(1));
        }
        return this;
    }

    @Test
    void withoutMemoryForAnAlarmItIsServedOnceTheStoreIsBack() {
        int all = new SlotTrafficTest().served(0, 0).alarms;
        Set<Integer> notServed = new HashSet<>();
        for (int alarm = 1; alarm <= all; alarm++) {
            if (!new SlotTrafficTest().served(alarm, 0).isServed()) {
                notServed.add(alarm);
            }
        }
        assertThat(notServed).isEmpty();
    }

    @Test
    void withoutMemoryToGoOnAloneItIsServedOnceTheStoreIsBack() {
        int all = new SlotTrafficTest().served(0, 0).store.looks;
        Set<Integer> notServed = new HashSet<>();
        for (int look = 1; look <= all; look++) {
            if (!new SlotTrafficTest().served(0, look).isServed()) {
                notServed.add(look);
            }
        }
        assertThat(notServed).isEmpty();
    }

    @Test
    void booksThatCannotBeHadLeaveTheOthersAsTheyAre() {
        ReplicaLedger other = ledger("other");
        store.down.add("p");
        order(other, 1);
        pass(Duration.ofMillis(500));
        order(ledger, 1);
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofMillis(100));
            assertThat(other.isAlone()).as("%s", i).isFalse();
        }
        assertThat(ledger.isAlone()).isTrue();
    }

    @Test
    void aStoreThatIsAwayIsFoundOutOnce() {
        ReplicaLedger other = ledger("other");
        store.down.add("p");
        store.down.add("other");
        order(ledger, 1);
        pass(Duration.ofMillis(100));
        assertThat(other.isAlone()).isTrue();
    }

    @Test
    void whatIsUnusedWhenThePoolIsClosedIsGivenBackBeforeTheTimerEnds() {
        order(ledger, 2);
        pass(Duration.ofMillis(100));
        assertThat(ledger.held()).isEqualTo(2);
        ledgers.giveBackBeyond(1);
        traffic.order(ledger, List.of(), 0, time.clock().nanos());
        release();
        traffic.close();
        ledgers.giveBackBeyond(0);
        release();
        isTimerClosed = true;
        pass(Duration.ofSeconds(1));

        Stream<SlotChange> changes = store.orders.stream().flatMap(order -> order.changes().stream());
        assertThat(changes.filter(SlotChange.Unused.class::isInstance)).isNotEmpty();
    }
}
