package io.github.geminipool.internal.books;

import io.github.geminipool.internal.event.LimitLog;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.shared.AnswerLostException;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orders of one model pool to a shared store, and the answers. Orders leave through an {@link Outbox}; answers are applied under
 * the model pool's lock. Guarded by it, except for {@link #sendSoon}.
 */
public final class SlotTraffic {

    private static final Logger log = LoggerFactory.getLogger(SlotTraffic.class);

    /** A ledger that got no answer asks again after this time. */
    private static final long RETRY_NANOS = 1_000_000_000L;

    /** Changes that no order has reported by then are sent after this time. */
    private static final long REPORT_NANOS = 5_000_000_000L;

    /** An order for which no alarm could be set is given up this long after its answer was due. */
    private static final long LOST_NANOS = 1_000_000_000L;

    private final ReplicaLedgers ledgers;
    private final PoolClock clock;
    private final Scheduler scheduler;
    private final Consumer<Runnable> changes;
    private final Consumer<ReplicaLedger> onAnswer;
    private final Outbox outbox;

    /** The orders without an answer that are not overdue. */
    private final Set<Sent> underWay = new LinkedHashSet<>();

    /** The ledgers that have an alarm to ask again. */
    private final Set<ReplicaLedger> retrying = new LinkedHashSet<>();

    /** Whether a ledger that is alone may lack that alarm. */
    private boolean isRetryMissing;

    /** When an order was last answered, however late. */
    private long answeredAt = Long.MIN_VALUE;

    private boolean isReportScheduled;
    private boolean closed;

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
        this.outbox = new Outbox(clock, scheduler);
    }

    /** Returns where its messages wait to be sent. */
    Outbox outbox() {
        return outbox;
    }

    /** Takes the messages to be {@linkplain #sendSoon sent} after the lock is released. */
    public List<Runnable> takeOutgoing() {
        return outbox.take();
    }

    /** Has messages sent in order; the lock must not be held. Never throws. */
    public void sendSoon(List<Runnable> messages) {
        outbox.sendSoon(messages);
    }

    /** Orders slots for a ledger. */
    public void order(ReplicaLedger ledger, List<SlotSize> wanted, long withinNanos, long now) {
        SlotAsk ask = ledger.ask(wanted, withinNanos, now);
        boolean isOutgoing = false;
        try {
            Sent sent = new Sent(ledger, ask, now);
            outbox.add(sent);
            isOutgoing = true;
            underWay.add(sent);
        } finally {
            if (!isOutgoing) {
                ledger.notSent(ask, now);
            }
        }
    }

    /** Makes a ledger go on alone until the store answers again. */
    private void goAlone(ReplicaLedger ledger, long now) {
        ledger.unanswered(now);
        retryLater(ledger);
        onAnswer.accept(ledger);
    }

    /**
     * The other ledgers need not each wait for a timeout to find out that the store does not answer. A ledger that has been alone for
     * longer says nothing about them: perhaps only its own books can't be reached.
     */
    private void othersGoAlone(long now) {
        List.copyOf(underWay).forEach(Sent::overdue);
        for (ReplicaLedger other : ledgers.all()) {
            if (!other.isAlone() && !other.isAsking()) {
                goAlone(other, now);
            }
        }
    }

    private void retryLater(ReplicaLedger ledger) {
        if (closed || retrying.contains(ledger)) {
            return;
        }
        boolean isSet = false;
        try {
            scheduler.schedule(clock.nanos() + RETRY_NANOS, () -> changes.accept(() -> retry(ledger)));
            isSet = retrying.add(ledger);
        } finally {
            // Nothing else would ever make it ask again.
            isRetryMissing |= !isSet;
        }
    }

    private void retry(ReplicaLedger ledger) {
        retrying.remove(ledger);
        if (ledger.isAlone() && ledger.isAsking()) {
            retryLater(ledger);
        } else if (ledger.isAlone() && !closed) {
            boolean isOrdered = false;
            try {
                order(ledger, List.of(), 0, clock.nanos());
                isOrdered = true;
            } finally {
                isRetryMissing |= !isOrdered;
            }
        }
    }

    /** Makes up for alarms that could not be set for lack of memory: to ask again, and for orders. */
    private void makeUp(long now) {
        if (isRetryMissing) {
            isRetryMissing = false;
            List.copyOf(ledgers.all()).stream()
                    .filter(ledger -> ledger.isAlone() && !ledger.isAsking())
                    .forEach(this::retryLater);
        }
        if (!underWay.isEmpty()) {
            Sent oldest = underWay.iterator().next();
            if (now - oldest.madeAt > ledgers.timeoutNanos() + LOST_NANOS) {
                oldest.overdue();
            }
        }
    }

    /** Reports what is urgent at once, and the rest later unless an order reports it first. */
    public void report(long now) {
        makeUp(now);
        String alias = ledgers.takeAlias();
        if (alias != null) {
            outbox.add(() -> ledgers.publishAlias(alias));
        }
        ledgers.takeDifferences().forEach(problem -> outbox.add(() -> LimitLog.differ(problem)));
        report(closed ? ledgers.toReport() : List.of(), now);
        report(ledgers.urgent(), now);
        if (ledgers.hasToReport() && !isReportScheduled) {
            scheduler.schedule(now + REPORT_NANOS, () -> changes.accept(this::reportAll));
            isReportScheduled = true;
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

    /**
     * From now on, reports everything at once, since nobody will wait for a slot any more. A ledger that is alone tries for the last
     * time to report what it has sent.
     */
    public void close() {
        closed = true;
        outbox.close();
        long now = clock.nanos();
        List.copyOf(ledgers.all()).stream()
                .filter(ledger -> ledger.isAlone() && !ledger.isAsking())
                .forEach(ledger -> {
                    ledger.reportSentAlone(now);
                    order(ledger, List.of(), 0, now);
                });
    }

    /** Returns the minimum time that a request must be ready to wait: until an overdue answer has been noticed and dealt with. */
    public Duration shortestWait() {
        Duration timeout = ledgers.store().timeout();
        return timeout.plus(timeout.dividedBy(5));
    }

    private static boolean isAnswerLost(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof AnswerLostException;
    }

    /** An order on its way. */
    private final class Sent implements Runnable {

        private final ReplicaLedger ledger;
        private final SlotAsk ask;
        private final long madeAt;
        private Scheduler.@Nullable Alarm alarm;

        /**
         * The thread that sends it: an answer handled on that thread would send the next order from inside, nested once for each
         * project.
         */
        private volatile @Nullable Thread sender;

        private boolean isOverdue;
        private boolean isAnswered;

        Sent(ReplicaLedger ledger, SlotAsk ask, long madeAt) {
            this.ledger = ledger;
            this.ask = ask;
            this.madeAt = madeAt;
        }

        @Override
        public void run() {
            try {
                alarm = scheduler.schedule(clock.after(ledgers.store().timeout()), () -> changes.accept(this::overdue));
                sender = Thread.currentThread();
                ledgers.store().reserve(ask.order()).whenComplete((slots, failure) -> {
                    hear(failure == null ? slots : null, isAnswerLost(failure));
                });
            } catch (Throwable e) {
                hear(null, false);
            } finally {
                sender = null;
            }
        }

        private void hear(@Nullable Slots slots, boolean mayHaveRun) {
            Runnable change = () -> answered(slots, mayHaveRun);
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

        private void answered(@Nullable Slots slots, boolean mayHaveRun) {
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
                failed(mayHaveRun, now);
                return;
            }
            answeredAt = now;
            if (!isOverdue && now - madeAt > ledgers.timeoutNanos() + LOST_NANOS) {
                // The process was paused. What was reserved for it before may count no longer.
                unanswered(now);
                isOverdue = true;
            }
            if (isOverdue) {
                ledger.answeredLate(slots);
            } else {
                apply(slots, now);
            }
        }

        private void failed(boolean mayHaveRun, long now) {
            boolean isFirst = !isOverdue && !ledger.isAlone();
            try {
                // A late failure does not mean that the order was not sent.
                ledger.reportAgain(ask, mayHaveRun || isOverdue, now);
            } finally {
                // Otherwise it would wait for ever for an answer that has come.
                unanswered(now);
            }
            boolean isOtherServed = answeredAt >= now - RETRY_NANOS;
            if (isFirst && !isOtherServed && ledgers.store().aloneSince() != null) {
                othersGoAlone(now);
            }
        }

        private void apply(Slots slots, long now) {
            try {
                ledger.answered(slots, now);
                onAnswer.accept(ledger);
            } catch (Throwable e) {
                unanswered(now);
                outbox.add(() -> log.error("Could not apply an answer of the shared store", e));
            }
        }

        private void overdue() {
            underWay.remove(this);
            if (!isAnswered && !isOverdue) {
                long now = clock.nanos();
                boolean isFirst = !ledger.isAlone();
                unanswered(now);
                isOverdue = true;
                if (isFirst && answeredAt < madeAt) {
                    othersGoAlone(now);
                }
            }
        }

        private void unanswered(long now) {
            if (!isOverdue) {
                goAlone(ledger, now);
            }
        }
    }
}
