package io.github.geminipool.internal.books;

import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.quota.TokenEstimate;
import io.github.geminipool.internal.time.LookAlarm;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.stats.QuotaUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/**
 * The limits of one caller over all models, and the requests that wait for slots of them. The replicas keep their books together,
 * like those of a project's quota. Guarded by the given lock, except where a method says otherwise; orders are sent by another
 * thread.
 */
public final class SharedLimits {

    /** Replicas that were on their own ask again within this time. */
    private static final long REPORTED_NANOS = 1_000_000_000L;

    private final ReplicaLedgers ledgers;
    private final ReplicaLedger ledger;
    private final SlotTraffic traffic;
    private final Lock lock;
    private final Runnable onAnswer;
    private final LimitSharing sharing;

    /** The limits in force: those set here, or smaller ones on which the replicas have agreed. */
    private Limits agreed;

    /** What the waiting requests need, in order of arrival. */
    private final Map<Object, Wait> waiting = new LinkedHashMap<>();

    /** Rings when a slot is expected, even while the waiting requests wait for a key. */
    private final LookAlarm alarm;

    /** Until then, replicas report what they have sent on their own. */
    private long reportedBy = Long.MIN_VALUE;

    private boolean isSending;

    /** Whether a slot, perhaps ordered for another request, was taken since the last request left. */
    private boolean hasTaken;

    private record Wait(SlotSize size, long deadlineNanos) {

        boolean isLargerThan(Wait other) {
            return size.tokens() > other.size.tokens() || size.requests() > other.size.requests();
        }
    }

    SharedLimits(
            String name, Limits limits, ReplicaLedgers ledgers, Lock lock, Runnable onAnswer, LimitSharing sharing) {
        this.onAnswer = onAnswer;
        this.ledgers = ledgers;
        this.ledger = ledgers.ledger(name, limits, new TokenEstimate());
        this.traffic = new SlotTraffic(ledgers, sharing.clock(), sharing.scheduler(), this::changed, this::answered);
        this.agreed = limits;
        this.lock = lock;
        this.sharing = sharing;
        this.alarm = new LookAlarm(sharing.scheduler(), this::changed);
    }

    /**
     * Returns when a request may go, and orders a slot for it if none is held. The request counts as waiting until it has {@link
     * #left}.
     *
     * @param request identifies it
     * @param deadlineNanos until when it may wait
     * @return a past time for now
     */
    public long nextAt(Object request, SlotSize size, long deadlineNanos, long now) {
        Wait wait = new Wait(size, deadlineNanos);
        waiting.put(request, wait);
        if (ledger.nextSlot(now, sizeOf(size)) > now) {
            order(request, wait, now);
            setAlarm(now);
            report(now);
        }
        return ledger.nextSlot(now, sizeOf(size));
    }

    private void answered(ReplicaLedger by) {
        agreed = by.limits();
    }

    /** Returns the limits in force, as far as this replica knows; what is larger can never be sent. */
    public Limits agreed() {
        return agreed;
    }

    /** Returns whether a request may go now. */
    public boolean admits(SlotSize size, long now) {
        return ledger.nextSlot(now, sizeOf(size)) <= now;
    }

    /** Returns whether a number of calls of a total size may go now. */
    public boolean admits(int calls, SlotSize all, long now) {
        return ledger.isAlone() ? admits(all, now) : ledger.held() >= calls;
    }

    private static long sizeOf(SlotSize size) {
        return new Demand(size.requests(), size.tokens(), false).size(size.tokens());
    }

    private void order(Object request, Wait wait, long now) {
        if (ledger.isAsking() || now < reportedBy) {
            return;
        }
        if (!ledger.holds(wait.size, now)) {
            // The slots held fit only others, which would have to wait behind this request.
            ledgers.giveBackBeyond(0);
        }
        int missing = waiting.size() - ledger.held();
        if (missing <= 0 || ledger.askableAt(now) > now) {
            return;
        }
        int most = Math.min(missing, ledger.maxPerOrder());
        List<SlotSize> wanted = new ArrayList<>(most);
        wanted.add(wait.size);
        for (Map.Entry<Object, Wait> other : waiting.entrySet()) {
            if (wanted.size() == most) {
                break;
            }
            if (other.getKey() != request) {
                wanted.add(other.getValue().size);
            }
        }
        traffic.order(ledger, wanted, Math.max(0, wait.deadlineNanos - now), now);
    }

    private void orderForFirst(long now) {
        if (!waiting.isEmpty()) {
            Map.Entry<Object, Wait> first = waiting.entrySet().iterator().next();
            order(first.getKey(), first.getValue(), now);
        }
    }

    private void setAlarm(long now) {
        long at = waiting.isEmpty() || ledger.isAsking() ? PoolClock.NEVER : nextChange(now);
        Throwable problem = alarm.set(at > now ? at : PoolClock.NEVER);
        if (problem instanceof Error error) {
            throw error;
        }
    }

    /** Returns when the first waiting request may go, or when a slot may be ordered for it. */
    private long nextChange(long now) {
        SlotSize first = waiting.values().iterator().next().size;
        long askableAt = ledger.holds(first, now) ? PoolClock.NEVER : ledger.askableAt(now);
        long at = askableAt == PoolClock.NEVER ? ledger.nextSlot(now, sizeOf(first)) : askableAt;
        return ledger.isAlone() ? at : Math.max(at, reportedBy);
    }

    /** Takes what a request needs, which must be {@linkplain #admits admitted}. */
    public void take(SlotSize size, long now) {
        ledger.take(now, sizeOf(size));
        hasTaken = true;
        report(now);
    }

    /** Gives back what was taken at a time for a request that was not sent. */
    public void refund(SlotSize size, long at) {
        correct(() -> ledger.refund(at, sizeOf(size)));
    }

    /** Replaces the tokens of a request that was taken at a time with those that were counted. */
    public void settle(SlotSize size, long at, long counted) {
        correct(() -> ledger.settle(at, sizeOf(size), counted));
    }

    /** Records that a request no longer waits. */
    public void left(Object request) {
        boolean wasFirst = !waiting.isEmpty() && waiting.keySet().iterator().next() == request;
        Wait left = waiting.remove(request);
        if (left != null) {
            correct(() -> orderAfter(left, wasFirst));
        }
    }

    private void orderAfter(Wait left, boolean wasFirst) {
        boolean hasGone = hasTaken;
        hasTaken = false;
        if (waiting.isEmpty()) {
            return;
        }
        if (hasGone) {
            // A request that waits for a key may have lost its slot to another one of the same caller.
            if (ledger.held() == 0) {
                orderForFirst(sharing.clock().nanos());
            }
        } else if (wasFirst && left.isLargerThan(waiting.values().iterator().next())) {
            // What is held or expected is as late as the larger request needed.
            ledgers.giveBackBeyond(0);
            ledger.mayHaveRoom();
            orderForFirst(sharing.clock().nanos());
        }
    }

    private void correct(Runnable correction) {
        try {
            correction.run();
            ledgers.giveBackBeyond(waiting.size());
            long now = sharing.clock().nanos();
            setAlarm(now);
            report(now);
        } catch (OutOfMemoryError e) {
            // What a call holds must be given back all the same; the books then keep what was reserved.
            isSending = false;
        }
    }

    /** Returns the minimum time that a request must be ready to wait; needs no lock. */
    public Duration shortestWait() {
        return traffic.shortestWait();
    }

    /** Returns whether it holds nothing that a new one would not. */
    public boolean isFresh(long now) {
        return waiting.isEmpty()
                && ledger.held() == 0
                && !ledger.isAsking()
                && !ledger.isAlone()
                && !ledgers.hasToReport()
                && usage(now).stream().allMatch(limit -> limit.used() == 0);
    }

    /** Returns the limits and their use by all replicas, as of the store's last answer. */
    public List<QuotaUsage> usage(long now) {
        return ledger.usage(ledger.project(), now);
    }

    /** Gives back what is held, since nobody waits any more; no lock may be held. */
    public void close() {
        changeBooks(books -> {
            ledgers.giveBackBeyond(waiting.size());
            books.close();
        });
    }

    private void report(long now) {
        traffic.report(now);
        if (!traffic.outbox().isEmpty() && !isSending) {
            sharing.scheduler().schedule(now, this::send);
            isSending = true;
        }
    }

    /** Runs a change after books were lost, and sends what follows from it; no lock may be held. */
    public void changeBooks(Consumer<SlotTraffic> change) {
        lock.lock();
        try {
            change.accept(traffic);
            traffic.report(sharing.clock().nanos());
        } finally {
            lock.unlock();
        }
        send();
    }

    private void changed(Runnable change) {
        lock.lock();
        try {
            boolean wasAlone = ledger.isAlone();
            change.run();
            long now = sharing.clock().nanos();
            if (wasAlone && !ledger.isAlone()) {
                reportedBy = now + REPORTED_NANOS;
            }
            ledgers.giveBackBeyond(waiting.size());
            orderForFirst(now);
            setAlarm(now);
            traffic.report(now);
        } finally {
            lock.unlock();
        }
        send();
        onAnswer.run();
    }

    private void send() {
        List<Runnable> messages;
        lock.lock();
        try {
            isSending = false;
            messages = traffic.outbox().take();
        } finally {
            lock.unlock();
        }
        traffic.outbox().send(messages);
    }
}
