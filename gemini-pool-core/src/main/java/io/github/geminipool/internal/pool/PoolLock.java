package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.order.SlotOrders;
import io.github.geminipool.internal.time.LookAlarm;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.SteadyLock;
import io.github.geminipool.internal.turn.Caller;
import io.github.geminipool.internal.turn.ServedCallers;
import io.github.geminipool.internal.wire.CleanText;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of a model pool around its {@link Grants}, with their alarm. Whoever releases it orders slots, sets the alarm, and
 * announces what was settled under it. Thread-safe.
 */
final class PoolLock {

    private static final Logger log = LoggerFactory.getLogger(PoolLock.class);

    private final SteadyLock lock;
    private final String model;
    private final Grants grants;
    private final PoolClock clock;
    private final LookAlarm alarm;

    /** Null unless replicas share the quotas. */
    private final @Nullable SlotOrders orders;

    /**
     * Creates a lock whose alarm is not set.
     *
     * @param changes runs a change under this lock, and then serves the waiting requests
     */
    PoolLock(
            SteadyLock lock,
            String model,
            Grants grants,
            PoolClock clock,
            Scheduler scheduler,
            @Nullable SlotOrders orders,
            Consumer<Runnable> changes) {
        this.lock = lock;
        this.model = model;
        this.grants = grants;
        this.clock = clock;
        this.orders = orders;
        this.alarm = new LookAlarm(scheduler, nanos -> changes.accept(() -> rang(nanos)));
    }

    private void rang(long nanos) {
        alarm.rang(nanos);
    }

    void lock() {
        lock.lock();
    }

    /** Decides which slots to order, sets the alarm, releases the lock, announces what is settled and sends orders. */
    void unlock() {
        LeaseRequest settled = grants.takeSettled();
        List<Caller> callersThatMayGo = grants.takeCallersThatMayGo();
        List<Runnable> messages = List.of();
        Throwable problem = null;
        Throwable ofAlarm = null;
        try {
            if (orders != null) {
                problem = order(orders);
                messages = orders.traffic().takeOutgoing();
            }
        } catch (Throwable e) {
            // The next holder of the lock sends what is outgoing.
            problem = e;
        } finally {
            try {
                ofAlarm = alarm.set(grants.nextLookNanos());
            } finally {
                lock.unlock();
            }
        }
        try {
            SettledRequests.announce(settled);
        } finally {
            if (orders != null) {
                orders.traffic().sendSoon(messages);
            }
            log(problem, ofAlarm);
            if (!callersThatMayGo.isEmpty()) {
                // Their turn may be that of another model. Checked first, because an iterator over nothing would cost
                // every lease.
                ServedCallers.letGo(callersThatMayGo);
            }
        }
    }

    /** Decides which slots to order and to give back; returns what went wrong, or null. */
    private @Nullable Throwable order(SlotOrders to) {
        try {
            grants.order(to, clock.nanos());
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    private void log(@Nullable Throwable ofOrders, @Nullable Throwable ofAlarm) {
        if (ofOrders != null) {
            log.error("Could not order slots of the shared quotas; waiting calls may wait longer", ofOrders);
        }
        if (ofAlarm != null) {
            log.error(
                    "Could not set the alarm for the requests that wait for model {}; they are served when a call ends",
                    CleanText.of(model),
                    ofAlarm);
        }
    }
}
