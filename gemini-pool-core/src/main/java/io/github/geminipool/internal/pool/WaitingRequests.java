package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.time.PoolClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The queue of waiting lease requests: retries first, then first attempts, each in order of arrival. Guarded by the model
 * pool's lock.
 */
final class WaitingRequests {

    private static final Comparator<LeaseRequest> BY_ARRIVAL = Comparator.comparingLong(LeaseRequest::order);
    private static final Comparator<LeaseRequest> BY_DEADLINE =
            Comparator.comparingLong(LeaseRequest::deadlineNanos).thenComparing(BY_ARRIVAL);

    private final TreeSet<LeaseRequest> retries = new TreeSet<>(BY_ARRIVAL);
    private final TreeSet<LeaseRequest> firsts = new TreeSet<>(BY_ARRIVAL);
    private final TreeSet<LeaseRequest> plain = new TreeSet<>(BY_DEADLINE);
    private final TreeSet<LeaseRequest> restricted = new TreeSet<>(BY_DEADLINE);
    private final TreeSet<LeaseRequest> withFallback = new TreeSet<>(BY_ARRIVAL);
    private long arrivals;
    private long plainTokens;
    private long plainRequests;

    /** Adds a request at the end of its queue. */
    void add(LeaseRequest request, long nowNanos) {
        request.place = new LeaseRequest.Place(++arrivals, nowNanos);
        queueOf(request).add(request);
        deadlinesOf(request).add(request);
        countPlain(request, 1);
        if (request.hasFallback()) {
            withFallback.add(request);
        }
    }

    /** Removes a request; returns false if it was not waiting. */
    boolean remove(LeaseRequest request) {
        boolean wasThere = deadlinesOf(request).remove(request);
        countPlain(request, wasThere ? -1 : 0);
        if (request.hasFallback()) {
            withFallback.remove(request);
        }
        return queueOf(request).remove(request);
    }

    private void countPlain(LeaseRequest request, int sign) {
        if (request.isPlain()) {
            plainTokens += sign * request.demand().tokens();
            plainRequests += (long) sign * request.demand().requests();
        }
    }

    private NavigableSet<LeaseRequest> queueOf(LeaseRequest request) {
        return request.isRetry() ? retries : firsts;
    }

    private NavigableSet<LeaseRequest> deadlinesOf(LeaseRequest request) {
        return request.isPlain() ? plain : restricted;
    }

    int size() {
        return retries.size() + firsts.size();
    }

    /** Returns what the waiting requests that accept any key count as; a batch counts as several. */
    long plainRequests() {
        return plainRequests;
    }

    /** Returns the total tokens of the waiting requests that accept any key. */
    long plainTokens() {
        return plainTokens;
    }

    boolean isEmpty() {
        return retries.isEmpty() && firsts.isEmpty();
    }

    boolean hasPlain() {
        return !plain.isEmpty();
    }

    boolean hasRestricted() {
        return !restricted.isEmpty();
    }

    /**
     * Returns the request next in turn.
     *
     * @param request the one before it; null for the first of all
     * @param includingFirsts whether first attempts count, or only retries
     * @return the next request; null after the last
     */
    @Nullable
    LeaseRequest after(@Nullable LeaseRequest request, boolean includingFirsts) {
        if (request == null || request.isRetry()) {
            LeaseRequest next = request == null ? firstOf(retries) : retries.higher(request);
            return next != null || !includingFirsts ? next : firstOf(firsts);
        }
        return includingFirsts ? firsts.higher(request) : null;
    }

    private static @Nullable LeaseRequest firstOf(NavigableSet<LeaseRequest> requests) {
        return requests.isEmpty() ? null : requests.first();
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
        List<LeaseRequest> all = new ArrayList<>(retries);
        all.addAll(firsts);
        retries.clear();
        firsts.clear();
        plain.clear();
        plainTokens = 0;
        plainRequests = 0;
        restricted.clear();
        withFallback.clear();
        return all;
    }
}
