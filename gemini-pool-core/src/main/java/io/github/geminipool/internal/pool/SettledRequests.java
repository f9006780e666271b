package io.github.geminipool.internal.pool;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests that were settled under one lock and are to be announced after it, linked by
 * {@link LeaseRequest#takeNextSettled()}: nothing is allocated for them. Guarded by the model pool's lock.
 */
final class SettledRequests {

    private static final Logger log = LoggerFactory.getLogger(SettledRequests.class);

    private @Nullable LeaseRequest first;
    private LeaseRequest.@Nullable Place last;

    /** The request that came under this lock and was settled without being queued; there is one at most. */
    private @Nullable LeaseRequest unqueued;

    /** Every call makes a request, and hardly one is queued: only those that are have room for a link. */
    void add(LeaseRequest request) {
        if (request.place == null) {
            unqueued = request;
        } else {
            link(request);
            last = request.place;
        }
    }

    private void link(LeaseRequest request) {
        if (last == null) {
            first = request;
        } else {
            last.nextSettled = request;
        }
    }

    /** Returns the first of them, and forgets all; null if there are none. */
    @Nullable
    LeaseRequest take() {
        if (unqueued != null) {
            link(unqueued);
        }
        LeaseRequest taken = first;
        first = null;
        last = null;
        unqueued = null;
        return taken;
    }

    /** Announces settled requests, without the lock; one that throws does not keep the others waiting. */
    static void announce(@Nullable LeaseRequest first) {
        LeaseRequest request = first;
        while (request != null) {
            LeaseRequest next = request.takeNextSettled();
            try {
                request.announce();
            } catch (Throwable e) {
                log.error("Could not tell a call that its lease request is settled; other calls are not affected", e);
            }
            request = next;
        }
    }
}
