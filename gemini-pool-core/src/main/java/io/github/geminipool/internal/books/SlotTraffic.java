package io.github.geminipool.internal.books;

import io.github.geminipool.internal.event.LimitLog;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orders of one model pool to a shared store, and the answers. Messages are collected under the model pool's lock and sent
 * after its release; answers are applied under the lock. Guarded by it, except for {@link #send}.
 */
public final class SlotTraffic {

    private static final Logger log = LoggerFactory.getLogger(SlotTraffic.class);

    /** A ledger that got no answer asks again after this time. */
    private static final long RETRY_NANOS = 1_000_000_000L;

    /** Changes that no order has reported by then are sent after this time. */
    private static final long REPORT_NANOS = 5_000_000_000L;

    private final ReplicaLedgers ledgers;
    private final PoolClock clock;
    private final Scheduler scheduler;
    private final Consumer<Runnable> changes;
    private final Consumer<ReplicaLedger> onAnswer;
    private List<Runnable> outgoing = new ArrayList<>(0);

    /** The orders that have no answer yet. */
    private final Set<Sent> underWay = new LinkedHashSet<>();

    /** When an order was last answered, however late. */
    private long answeredAt = Long.MIN_VALUE;

    private boolean isReportScheduled;
    private volatile boolean closed;

    /**
     * Creates the traffic of a pool.
     *
     * @param changes runs a change under the model pool's lock, and then serves the waiting requests
     * @param onAnswer receives, under the lock, each ledger whose state an answer has changed
     */
    public SlotTraffic(
            ReplicaLedgers ledgers,
            PoolClock clock,
            Scheduler scheduler,
            Consumer<Runnable> changes,
            Consumer<ReplicaLedger> onAnswer) {
        this.ledgers = ledgers;
        this.clock = clock;
        this.scheduler = scheduler;
        this.changes = changes;
        this.onAnswer = onAnswer;
    }

    /** Orders slots for a ledger. */
    public void order(ReplicaLedger ledger, List<SlotSize> wanted, long withinNanos, long now) {
        order(ledger, wanted, withinNanos, false, now);
    }

    private void order(ReplicaLedger ledger, List<SlotSize> wanted, long withinNanos, boolean isRetry, long now) {
        SlotAsk ask = ledger.ask(wanted, withinNanos, now);
        try {
            outgoing.add(new Sent(ledger, ask, isRetry, now));
        } catch (Throwable e) {
            ledger.notSent(ask, now);
            throw e;
        }
    }

    /** Makes a ledger go on alone until the store answers again. */
    private void goAlone(ReplicaLedger ledger, boolean isRetry, long now) {
        boolean isFirst = !ledger.isAlone();
        ledger.unanswered(now);
        onAnswer.accept(ledger);
        if (isFirst || isRetry) {
            retryLater(ledger);
        }
    }

    /** The other ledgers need not each wait for a timeout to find out that the store does not answer. */
    private void othersGoAlone(long now) {
        List.copyOf(underWay).forEach(Sent::overdue);
        for (ReplicaLedger other : ledgers.all()) {
            if (!other.isAlone() && !other.isAsking()) {
                goAlone(other, false, now);
            }
        }
    }

    private void retryLater(ReplicaLedger ledger) {
        if (!closed) {
            scheduler.schedule(clock.nanos() + RETRY_NANOS, () -> changes.accept(() -> retry(ledger)));
        }
    }

    private void retry(ReplicaLedger ledger) {
        if (ledger.isAlone() && ledger.isAsking()) {
            retryLater(ledger);
        } else if (ledger.isAlone() && !closed) {
            order(ledger, List.of(), 0, true, clock.nanos());
        }
    }

    /** Reports what is urgent at once, and the rest later unless an order reports it first. */
    public void report(long now) {
        String alias = ledgers.takeAlias();
        if (alias != null) {
            outgoing.add(() -> ledgers.publishAlias(alias));
        }
        ledgers.takeDifferences().forEach(problem -> outgoing.add(() -> LimitLog.differ(problem)));
        report(closed ? ledgers.toReport() : List.of(), now);
        report(ledgers.urgent(), now);
        if (ledgers.hasToReport() && !isReportScheduled) {
            isReportScheduled = true;
            scheduler.schedule(now + REPORT_NANOS, () -> changes.accept(this::reportAll));
        }
    }

    private void reportAll() {
        isReportScheduled = false;
        report(ledgers.toReport(), clock.nanos());
    }

    private void report(List<ReplicaLedger> reporting, long now) {
        reporting.forEach(ledger -> order(ledger, List.of(), 0, now));
    }

    /** Reports what was in the lost books of a bucket, and finds out whether other books were lost with them. */
    public void lost(QuotaBucket bucket) {
        long now = clock.nanos();
        for (ReplicaLedger ledger : ledgers.all()) {
            if (ledger.bucket().equals(bucket)) {
                ledger.lost(now);
            } else {
                ledger.verify(now);
            }
        }
    }

    /** Finds out whether any books were lost. */
    public void verify() {
        long now = clock.nanos();
        ledgers.all().forEach(ledger -> ledger.verify(now));
    }

    /** From now on, reports everything at once, since nobody will wait for a slot any more. */
    public void close() {
        closed = true;
    }

    /** Returns the minimum time that a request must be ready to wait: until an overdue answer has been noticed and dealt with. */
    public Duration shortestWait() {
        Duration timeout = ledgers.store().timeout();
        return timeout.plus(timeout.dividedBy(5));
    }

    /** Returns whether there is something to send. */
    boolean hasOutgoing() {
        return !outgoing.isEmpty();
    }

    /** Takes the messages to be {@linkplain #send sent} after the lock is released. */
    public List<Runnable> takeOutgoing() {
        if (outgoing.isEmpty()) {
            return List.of();
        }
        List<Runnable> taken = outgoing;
        outgoing = new ArrayList<>(1);
        return taken;
    }

    /**
     * Lets the scheduler's thread send messages in order: callers wait for slots, but send nothing themselves. The lock must not be
     * held. Never throws.
     */
    public void sendSoon(List<Runnable> messages) {
        if (messages.isEmpty()) {
            return;
        }
        // Nobody knows for how long the scheduler of a closed pool still runs.
        if (!closed) {
            try {
                scheduler.schedule(clock.nanos(), () -> send(messages));
                return;
            } catch (Throwable e) {
                log.debug("Could not get a thread of the pool to send orders", e);
            }
        }
        send(messages);
    }

    /** Sends messages; the lock must not be held. Never throws. */
    public void send(List<Runnable> messages) {
        for (Runnable message : messages) {
            try {
                message.run();
            } catch (Throwable e) {
                log.error(
                        "Could not send a message to the shared store; calls that wait for its answer may wait longer",
                        e);
            }
        }
    }

    /** An order on its way. */
    private final class Sent implements Runnable {

        private final ReplicaLedger ledger;
        private final SlotAsk ask;
        private final boolean isRetry;
        private final long madeAt;
        private Scheduler.@Nullable Alarm alarm;

        /**
         * The thread that sends it: an answer handled on that thread would send the next order from inside, nested once for each
         * project.
         */
        private volatile @Nullable Thread sender;

        private boolean isOverdue;
        private boolean isAnswered;

        Sent(ReplicaLedger ledger, SlotAsk ask, boolean isRetry, long madeAt) {
            this.ledger = ledger;
            this.ask = ask;
            this.isRetry = isRetry;
            this.madeAt = madeAt;
            underWay.add(this);
        }

        @Override
        public void run() {
            try {
                alarm = scheduler.schedule(clock.after(ledgers.store().timeout()), () -> changes.accept(this::overdue));
                sender = Thread.currentThread();
                ledgers.store().reserve(ask.order()).whenComplete((slots, failure) -> {
                    hear(failure == null ? slots : null);
                });
            } catch (Throwable e) {
                hear(null);
            } finally {
                sender = null;
            }
        }

        private void hear(@Nullable Slots slots) {
            Runnable change = () -> answered(slots);
            if (sender != Thread.currentThread()) {
                changes.accept(change);
                return;
            }
            try {
                scheduler.schedule(clock.nanos(), () -> changes.accept(change));
            } catch (Throwable e) {
                changes.accept(change);
            }
        }

        private void answered(@Nullable Slots slots) {
            if (isAnswered) {
                return;
            }
            isAnswered = true;
            underWay.remove(this);
            if (alarm != null) {
                alarm.cancel();
            }
            long now = clock.nanos();
            if (slots == null) {
                // A late failure does not mean that the order was not sent.
                ledger.reportAgain(ask, isOverdue, now);
                unanswered(now);
                if (ledgers.store().aloneSince() != null) {
                    othersGoAlone(now);
                }
                return;
            }
            answeredAt = now;
            if (isOverdue) {
                ledger.answeredLate(slots);
            } else {
                apply(slots, now);
            }
        }

        private void apply(Slots slots, long now) {
            try {
                ledger.answered(slots, now);
                onAnswer.accept(ledger);
            } catch (Throwable e) {
                unanswered(now);
                outgoing.add(() -> log.error("Could not apply an answer of the shared store", e));
            }
        }

        private void overdue() {
            if (!isAnswered && !isOverdue) {
                long now = clock.nanos();
                unanswered(now);
                isOverdue = true;
                if (answeredAt < madeAt) {
                    othersGoAlone(now);
                }
            }
        }

        private void unanswered(long now) {
            if (!isOverdue) {
                goAlone(ledger, isRetry, now);
            }
        }
    }
}
