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
 * Limits of one caller over all models, whose books the replicas keep together like those of a project's quota, and the requests that
 * wait for slots of them. Guarded by the lock that it is given, apart from the methods that say otherwise; orders are sent by another
 * thread.
 */
public final class SharedLimits {

    /** All replicas that were alone ask again within this time. */
    private static final long REPORTED_NANOS = 1_000_000_000L;

    private final ReplicaLedgers ledgers;
    private final ReplicaLedger ledger;
    private final SlotTraffic traffic;
    private final Lock lock;
    private final Runnable whenTold;
    private final LimitSharing sharing;

    /** Those that hold: the ones that are set here, or smaller ones on which the replicas have agreed. */
    private Limits agreed;

    /** What the waiting requests need, in order of arrival. */
    private final Map<Object, Wait> waiting = new LinkedHashMap<>();

    /** Rings when a slot is expected, even while the waiting requests wait for a key. */
    private final LookAlarm alarm;

    /** Until then, all replicas report what they have sent alone. */
    private long reportedBy = Long.MIN_VALUE;

    private boolean isSending;

    /** Whether a slot was taken since the last request left, which another one may have ordered. */
    private boolean hasTaken;

    private record Wait(SlotSize size, long deadlineNanos) {

        boolean isLargerThan(Wait other) {
            return size.tokens() > other.size.tokens() || size.requests() > other.size.requests();
        }
    }

    SharedLimits(
            String name, Limits limits, ReplicaLedgers ledgers, Lock lock, Runnable whenTold, LimitSharing sharing) {
        this.whenTold = whenTold;
        this.ledgers = ledgers;
        this.ledger = ledgers.ledger(name, limits, new TokenEstimate());
        this.traffic = new SlotTraffic(ledgers, sharing.clock(), sharing.scheduler(), this::changed, this::told);
        this.agreed = limits;
        this.lock = lock;
        this.sharing = sharing;
        this.alarm = new LookAlarm(sharing.scheduler(), this::rang);
    }

    /**
     * Returns when a request may go, and orders a slot for it if there is none. The request counts as waiting until it has
     * {@link #left}.
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
            tell(now);
        }
        return ledger.nextSlot(now, sizeOf(size));
    }

    private void told(ReplicaLedger by) {
        agreed = by.limits();
    }

    /** Returns the limits that hold, as far as this replica was told: what is larger can't go at any time. */
    public Limits agreed() {
        return agreed;
    }

    /** Returns whether a request may go now. */
    public boolean admits(SlotSize size, long now) {
        return ledger.nextSlot(now, sizeOf(size)) <= now;
    }

    /** Returns whether a number of requests may go now, with so many requests and tokens in all. */
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
            // They only fit others, which would have to wait behind this request.
            ledgers.giveBackBeyond(0);
        }
        int missing = waiting.size() - ledger.held();
        if (missing <= 0 || ledger.mayBeAsked(now) > now) {
            return;
        }
        int most = Math.min(missing, ledger.mostAtOnce());
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

    /** Returns when the first that waits may go, or when a slot may be ordered for it. */
    private long nextChange(long now) {
        SlotSize first = waiting.values().iterator().next().size;
        long mayBeAsked = ledger.holds(first, now) ? PoolClock.NEVER : ledger.mayBeAsked(now);
        long at = mayBeAsked == PoolClock.NEVER ? ledger.nextSlot(now, sizeOf(first)) : mayBeAsked;
        return ledger.isAlone() ? at : Math.max(at, reportedBy);
    }

    private void rang(long nanos) {
        changed(() -> alarm.rang(nanos));
    }

    /** Takes what a request needs; only if it is {@linkplain #admits admitted}. */
    public void take(SlotSize size, long now) {
        ledger.take(now, sizeOf(size));
        hasTaken = true;
        tell(now);
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
            // Whoever waits for a key may have lost its slot to another request of the caller.
            if (ledger.held() == 0) {
                orderForFirst(sharing.clock().nanos());
            }
        } else if (wasFirst && left.isLargerThan(waiting.values().iterator().next())) {
            // What was held, or expected, is as late as the larger request had to wait.
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
            tell(now);
        } catch (OutOfMemoryError e) {
            // What a call holds must be given back all the same. The books keep what was reserved.
            isSending = false;
        }
    }

    /** Returns how long a request has to wait at least; needs no lock. */
    public Duration shortestWait() {
        return traffic.shortestWait();
    }

    /** Returns whether nothing would be lost if it were created anew. */
    public boolean isFresh(long now) {
        return waiting.isEmpty()
                && ledger.held() == 0
                && !ledger.isAsking()
                && !ledger.isAlone()
                && !ledgers.hasToTell()
                && usage(now).stream().allMatch(limit -> limit.used() == 0);
    }

    /** Returns the limits, and what all replicas have used of them as far as this one was told. */
    public List<QuotaUsage> usage(long now) {
        return ledger.usage(ledger.project(), now);
    }

    /** Gives back what is held, since nobody waits any more; no lock must be held. */
    public void close() {
        ofBooks(books -> {
            ledgers.giveBackBeyond(waiting.size());
            books.close();
        });
    }

    private void tell(long now) {
        traffic.tell(now);
        if (traffic.hasOutgoing() && !isSending) {
            sharing.scheduler().schedule(now, this::send);
            isSending = true;
        }
    }

    /** Runs a change of books that were lost, and sends what follows from it; no lock must be held. */
    public void ofBooks(Consumer<SlotTraffic> change) {
        lock.lock();
        try {
            change.accept(traffic);
            traffic.tell(sharing.clock().nanos());
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
            traffic.tell(now);
        } finally {
            lock.unlock();
        }
        send();
        whenTold.run();
    }

    private void send() {
        List<Runnable> messages;
        lock.lock();
        try {
            isSending = false;
            messages = traffic.takeOutgoing();
        } finally {
            lock.unlock();
        }
        traffic.send(messages);
    }
}
