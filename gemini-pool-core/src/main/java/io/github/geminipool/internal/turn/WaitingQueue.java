package io.github.geminipool.internal.turn;

import io.github.geminipool.internal.time.PoolClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The queue of waiting lease requests: interactive calls first, retries before first attempts, whose callers take turns. Guarded by
 * the model pool's lock.
 */
public final class WaitingQueue<W extends Waiter> {

    private static final Comparator<Waiter> BY_ARRIVAL = Comparator.comparingLong(WaitingQueue::order);
    private static final Comparator<Waiter> BY_DEADLINE =
            Comparator.comparingLong(Waiter::deadlineNanos).thenComparing(BY_ARRIVAL);

    private final TurnQueue<W> turns;
    private final TreeSet<W> plain = new TreeSet<>(BY_DEADLINE);
    private final TreeSet<W> restricted = new TreeSet<>(BY_DEADLINE);
    private final TreeSet<W> withFallback = new TreeSet<>(BY_ARRIVAL);
    private long arrivals;

    /** Creates the empty queue of a place. */
    public WaitingQueue(WaitingPlace place) {
        this.turns = new TurnQueue<>(place);
    }

    private static long order(Waiter waiter) {
        TurnPlace place = waiter.place();
        return place == null ? 0 : place.order();
    }

    /** Returns the queue that decides whose turn it is. */
    public TurnQueue<W> turns() {
        return turns;
    }

    /** Adds a waiter at the end of its caller's line. */
    public void add(W waiter, long nowNanos) {
        waiter.takePlace(++arrivals, nowNanos);
        turns.add(waiter);
        deadlinesOf(waiter).add(waiter);
        if (waiter.hasFallback()) {
            withFallback.add(waiter);
        }
    }

    /** Removes a waiter that has got nothing; returns false if it was not waiting. */
    public boolean remove(W waiter) {
        forget(waiter);
        return waiter.place() != null && turns.remove(waiter);
    }

    /** Removes a waiter that has had its turn. */
    public void served(W waiter) {
        forget(waiter);
        turns.served(waiter);
    }

    private void forget(W waiter) {
        deadlinesOf(waiter).remove(waiter);
        if (waiter.hasFallback()) {
            withFallback.remove(waiter);
        }
    }

    private NavigableSet<W> deadlinesOf(W waiter) {
        return waiter.isPlain() ? plain : restricted;
    }

    public int size() {
        return turns.size();
    }

    /** Returns the number of waiters that are not held back by their callers' limits. */
    public int ready() {
        return turns.ready();
    }

    /** Estimates what is served up to and including the last waiter of a caller, counting those that accept any key. */
    public TurnQueue.Ahead until(W last) {
        return turns.until(last);
    }

    public boolean isEmpty() {
        return turns.isEmpty();
    }

    public boolean hasPlain() {
        return !plain.isEmpty();
    }

    public boolean hasRestricted() {
        return !restricted.isEmpty();
    }

    /** Returns the number of waiters of background calls. */
    public int background() {
        return turns.background();
    }

    /** Returns the number of waiting first attempts of background calls. */
    public int backgroundFirsts() {
        return turns.backgroundFirsts();
    }

    /**
     * Starts a walk along all waiters in turn; none may be added meanwhile.
     *
     * @param backgroundFirst whether background calls go first
     */
    public TurnWalk<W> walk(boolean backgroundFirst) {
        return turns.walk(backgroundFirst);
    }

    /** Returns the earliest deadline of all waiters; {@link PoolClock#NEVER} if there is none. */
    public long nextDeadline() {
        long nextPlain = plain.isEmpty() ? PoolClock.NEVER : plain.first().deadlineNanos();
        return restricted.isEmpty()
                ? nextPlain
                : Math.min(nextPlain, restricted.first().deadlineNanos());
    }

    /** Returns the waiter with the earliest deadline; there must be one. */
    public W nextDue() {
        boolean isPlain = restricted.isEmpty()
                || (!plain.isEmpty()
                        && plain.first().deadlineNanos() <= restricted.first().deadlineNanos());
        return isPlain ? plain.first() : restricted.first();
    }

    /** Removes and returns the waiters that accept any key and whose deadline is before a time. */
    public List<W> removePlainBefore(long nanos) {
        List<W> due = new ArrayList<>();
        removeUntil(plain, nanos == PoolClock.NEVER ? nanos : nanos - 1, due);
        return due;
    }

    public boolean hasFallbacks() {
        return !withFallback.isEmpty();
    }

    /** Removes and returns the waiters of calls with a fallback model. */
    public List<W> removeWithFallback() {
        List<W> removed = List.copyOf(withFallback);
        removed.forEach(this::remove);
        return removed;
    }

    private void removeUntil(NavigableSet<W> deadlines, long nanos, List<W> removed) {
        while (!deadlines.isEmpty() && deadlines.first().deadlineNanos() <= nanos) {
            W waiter = deadlines.first();
            remove(waiter);
            removed.add(waiter);
        }
    }

    /** Removes and returns all waiters in turn. */
    public List<W> removeAll() {
        List<W> all = turns.removeAll();
        plain.clear();
        restricted.clear();
        withFallback.clear();
        return all;
    }
}
