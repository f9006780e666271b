package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.event.SafeLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests settled during one hold of the lock, to be announced after it. They are linked by {@link
 * LeaseRequest#takeNextSettled()}, so that nothing is allocated. Guarded by the model pool's lock.
 */
final class SettledRequests {

    private static final Logger log = LoggerFactory.getLogger(SettledRequests.class);

    private @Nullable LeaseRequest first;
    private LeaseRequest.@Nullable Place last;
    /** The request that was settled without being queued; there is at most one for each hold of the lock. */
    private @Nullable LeaseRequest unqueued;

    /** Every call makes a request, and hardly any is queued: only queued ones have room for a link. */
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

    /** Returns the first of them and forgets them all; null if there are none. */
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

    /** Announces settled requests, without the lock; if one throws, the others are announced all the same. */
    static void announce(@Nullable LeaseRequest first) {
        LeaseRequest request = first;
        while (request != null) {
            LeaseRequest next = request.takeNextSettled();
            try {
                request.announce();
            } catch (Throwable e) {
                SafeLog.error(
                        log, "Could not tell a call that its lease request is settled; others are not affected", e);
            }
            request = next;
        }
    }
}
