package io.github.geminipool.internal.call;

import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs leases that are held for very long, with the stack trace of the code that made the call.
 *
 * @param threshold how long a lease may be held; 0 switches the detection off
 */
public record LeakDetection(Duration threshold, PoolClock clock, Scheduler scheduler) {

    private static final Logger log = LoggerFactory.getLogger(LeakDetection.class);

    /** Holds the stack trace of the code that made a call. */
    static final class Borrowed extends Exception {

        private static final long serialVersionUID = 1L;

        Borrowed() {
            super("the call was made here");
        }
    }

    public boolean isOn() {
        return !threshold.isZero();
    }

    /** Watches a lease until it is completed, if the detection is on. */
    public void watch(Lease lease, PoolCall call) {
        if (isOn()) {
            lease.watchedBy(scheduler.schedule(clock.after(threshold), () -> tell(lease, call)));
        }
    }

    private void tell(Lease lease, PoolCall call) {
        if (!lease.isCompleted()) {
            log.warn(
                    "A call to model {} has held instance {} and key {} for more than {}; if its response is a stream, close it"
                            + " in a try-with-resources statement",
                    lease.model(),
                    lease.instanceIndex(),
                    lease.keyName(),
                    threshold,
                    call.madeAt());
        }
    }
}
