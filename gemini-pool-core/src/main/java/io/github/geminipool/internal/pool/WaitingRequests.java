package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.time.PoolClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait, in turn: those of calls that have had an attempt first, then the others. Nothing of a request is
 * left when it is removed. Guarded by the model pool's lock.
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

    void add(LeaseRequest request, long nowNanos) {
        request.place = new LeaseRequest.Place(++arrivals, nowNanos);
        queueOf(request).add(request);
        deadlinesOf(request).add(request);
        plainTokens += request.isPlain() ? request.demand().tokens() : 0;
        if (request.hasFallback()) {
            withFallback.add(request);
        }
    }

    boolean remove(LeaseRequest request) {
        boolean wasThere = deadlinesOf(request).remove(request);
        plainTokens -= wasThere && request.isPlain() ? request.demand().tokens() : 0;
        if (request.hasFallback()) {
            withFallback.remove(request);
        }
        return queueOf(request).remove(request);
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

    /** How many of them accept any key. */
    int plainSize() {
        return plain.size();
    }

    /** How many tokens those have who accept any key. */
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

    /** The request that comes after another one in turn, the first for null; null after the last. */
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

    long nextDeadline() {
        long nextPlain = plain.isEmpty() ? PoolClock.NEVER : plain.first().deadlineNanos();
        return restricted.isEmpty()
                ? nextPlain
                : Math.min(nextPlain, restricted.first().deadlineNanos());
    }

    /** Takes out the requests whose deadline has come. */
    List<LeaseRequest> removeDue(long nowNanos) {
        List<LeaseRequest> due = new ArrayList<>();
        removeUntil(plain, nowNanos, due);
        removeUntil(restricted, nowNanos, due);
        return due;
    }

    /** Takes out the plain requests whose deadline is before a time. */
    List<LeaseRequest> removePlainBefore(long nanos) {
        List<LeaseRequest> due = new ArrayList<>();
        removeUntil(plain, nanos == PoolClock.NEVER ? nanos : nanos - 1, due);
        return due;
    }

    boolean hasFallbacks() {
        return !withFallback.isEmpty();
    }

    /** Takes out the requests whose calls have another model to go on with. */
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

    List<LeaseRequest> removeAll() {
        List<LeaseRequest> all = new ArrayList<>(retries);
        all.addAll(firsts);
        retries.clear();
        firsts.clear();
        plain.clear();
        plainTokens = 0;
        restricted.clear();
        withFallback.clear();
        return all;
    }
}
