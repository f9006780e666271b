package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.turn.TurnQueue;
import io.github.geminipool.internal.turn.TurnWalk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The queue of waiting lease requests: those of interactive calls first, retries before first attempts, and these in turn over
 * callers. Guarded by the model pool's lock.
 */
final class WaitingRequests {

    private static final Comparator<LeaseRequest> BY_ARRIVAL = Comparator.comparingLong(LeaseRequest::order);
    private static final Comparator<LeaseRequest> BY_DEADLINE =
            Comparator.comparingLong(LeaseRequest::deadlineNanos).thenComparing(BY_ARRIVAL);

    private final TurnQueue<LeaseRequest> turns = new TurnQueue<>();
    private final TreeSet<LeaseRequest> plain = new TreeSet<>(BY_DEADLINE);
    private final TreeSet<LeaseRequest> restricted = new TreeSet<>(BY_DEADLINE);
    private final TreeSet<LeaseRequest> withFallback = new TreeSet<>(BY_ARRIVAL);
    private long arrivals;

    /** Adds a request at the end of its caller's line. */
    void add(LeaseRequest request, long nowNanos) {
        request.place = new LeaseRequest.Place(++arrivals, nowNanos);
        turns.add(request);
        deadlinesOf(request).add(request);
        if (request.hasFallback()) {
            withFallback.add(request);
        }
    }

    /** Removes a request that has got nothing; returns false if it was not waiting. */
    boolean remove(LeaseRequest request) {
        forget(request);
        return request.place != null && turns.remove(request);
    }

    /** Removes a request that has had its turn. */
    void served(LeaseRequest request) {
        forget(request);
        turns.served(request);
    }

    private void forget(LeaseRequest request) {
        deadlinesOf(request).remove(request);
        if (request.hasFallback()) {
            withFallback.remove(request);
        }
    }

    private NavigableSet<LeaseRequest> deadlinesOf(LeaseRequest request) {
        return request.isPlain() ? plain : restricted;
    }

    int size() {
        return turns.size();
    }

    /** Estimates what is served up to a request, the last of its caller, itself included: of those that accept any key. */
    TurnQueue.Ahead until(LeaseRequest last) {
        return turns.until(last);
    }

    boolean isEmpty() {
        return turns.isEmpty();
    }

    boolean hasPlain() {
        return !plain.isEmpty();
    }

    boolean hasRestricted() {
        return !restricted.isEmpty();
    }

    /** Returns the number of requests of background calls. */
    int background() {
        return turns.background();
    }

    /**
     * Starts a walk along all requests in turn; none may be added meanwhile.
     *
     * @param backgroundFirst whether background calls go first
     */
    TurnWalk<LeaseRequest> walk(boolean backgroundFirst) {
        return turns.walk(backgroundFirst);
    }

    /** Returns the earliest deadline of all requests; {@link PoolClock#NEVER} if there is none. */
    long nextDeadline() {
        long nextPlain = plain.isEmpty() ? PoolClock.NEVER : plain.first().deadlineNanos();
        return restricted.isEmpty()
                ? nextPlain
                : Math.min(nextPlain, restricted.first().deadlineNanos());
    }

    /** Removes and returns the requests that have reached their deadline. */
    List<LeaseRequest> removeDue(long nowNanos) {
        List<LeaseRequest> due = new ArrayList<>();
        removeUntil(plain, nowNanos, due);
        removeUntil(restricted, nowNanos, due);
        return due;
    }

    /** Removes and returns the requests that accept any key and have their deadline before a time. */
    List<LeaseRequest> removePlainBefore(long nanos) {
        List<LeaseRequest> due = new ArrayList<>();
        removeUntil(plain, nanos == PoolClock.NEVER ? nanos : nanos - 1, due);
        return due;
    }

    boolean hasFallbacks() {
        return !withFallback.isEmpty();
    }

    /** Removes and returns the requests of calls with a fallback model. */
    List<LeaseRequest> removeWithFallback() {
        List<LeaseRequest> removed = List.copyOf(withFallback);
        removed.forEach(this::remove);
        return removed;
    }

    private void removeUntil(NavigableSet<LeaseRequest> deadlines, long nanos, List<LeaseRequest> removed) {
        while (!deadlines.isEmpty() && deadlines.first().deadlineNanos() <= nanos) {
            LeaseRequest request = deadlines.first();
            remove(request);
            removed.add(request);
        }
    }

    /** Removes and returns all requests in turn. */
    List<LeaseRequest> removeAll() {
        List<LeaseRequest> all = turns.removeAll();
        plain.clear();
        restricted.clear();
        withFallback.clear();
        return all;
    }
}
