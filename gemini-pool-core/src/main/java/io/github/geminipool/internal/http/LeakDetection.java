package io.github.geminipool.internal.http;

import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log of leases that are held for very long, and of where in the code their calls were made. */
record LeakDetection(Duration threshold, PoolClock clock, Scheduler scheduler) {

    private static final Logger log = LoggerFactory.getLogger(LeakDetection.class);

    /** Where a call was made; its stack trace is all that matters. */
    static final class Borrowed extends Exception {

        private static final long serialVersionUID = 1L;

        Borrowed() {
            super("the call was made here");
        }
    }

    boolean isOn() {
        return !threshold.isZero();
    }

    /** Watches a lease until it is completed. */
    void watch(Lease lease, PoolCall call) {
        if (isOn()) {
            lease.watchedBy(scheduler.schedule(clock.after(threshold), () -> tell(lease, call)));
        }
    }

    private void tell(Lease lease, PoolCall call) {
        if (!lease.isCompleted()) {
            log.warn(
                    "A call to model {} has held instance {} and key {} for more than {}; if its answer is a stream, close it"
                            + " in a try-with-resources statement",
                    lease.model(),
                    lease.instanceIndex(),
                    lease.keyName(),
                    threshold,
                    call.madeAt());
        }
    }
}
