package io.github.geminipool.internal.http;

import io.github.geminipool.internal.answer.BodyLife;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.Workers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gives a stream's instance back if its reader has read nothing for ten seconds, there is something to read, and others wait for an
 * instance. The stream goes on without one. Thread-safe.
 */
final class IdleReader {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
    private static final int LOOKS = 5;

    private final Watch watch;
    private final BodyLife stream;
    private final Lease lease;

    /** The number of reads at the last look, and for how many looks it has not changed. */
    private int reads;

    private int looks;
    private volatile boolean fetching;

    private IdleReader(Watch watch, BodyLife stream, Lease lease) {
        this.watch = watch;
        this.stream = stream;
        this.lease = lease;
    }

    /** The watch over the readers of all streams. It looks at them only while requests wait for instances. */
    static final class Watch {

        private final PoolClock clock;
        private final Scheduler scheduler;
        private final Workers workers;
        private final Set<IdleReader> streams = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean looking = new AtomicBoolean();

        Watch(PoolClock clock, Scheduler scheduler, Workers workers) {
            this.clock = clock;
            this.scheduler = scheduler;
            this.workers = workers;
        }

        /** Begins to watch a stream. */
        IdleReader over(BodyLife stream, Lease lease) {
            IdleReader watched = new IdleReader(this, stream, lease);
            streams.add(watched);
            if (lease.isWaitedFor()) {
                requestWaits();
            }
            return watched;
        }

        /** Begins to look at the streams, because a request waits. */
        void requestWaits() {
            if (!streams.isEmpty() && looking.compareAndSet(false, true)) {
                boolean isScheduled = false;
                try {
                    lookLater();
                    isScheduled = true;
                } finally {
                    if (!isScheduled) {
                        // Otherwise nothing would ever look again.
                        looking.set(false);
                    }
                }
            }
        }

        private void lookLater() {
            scheduler.schedule(clock.after(BETWEEN_LOOKS), this::look);
        }

        private void look() {
            boolean isAnyWaitedFor = false;
            for (IdleReader each : streams) {
                isAnyWaitedFor |= each.look();
            }
            if (isAnyWaitedFor) {
                lookLater();
                return;
            }
            looking.set(false);
            // A request may have begun to wait after its pool's streams were looked at.
            if (streams.stream().anyMatch(each -> each.lease.isWaitedFor())) {
                requestWaits();
            }
        }
    }

    /** Looks at the stream; returns whether a request waits for an instance. */
    private boolean look() {
        if (!lease.isWaitedFor()) {
            looks = 0;
            return false;
        }
        int now = stream.reads();
        looks = stream.isBusy() || now != reads ? 0 : looks + 1;
        reads = now;
        if (looks >= LOOKS && !fetching) {
            fetching = true;
            try {
                // Only reading, which may block, shows whether there is something to read.
                watch.workers.run(this::fetch);
            } catch (RejectedExecutionException | OutOfMemoryError e) {
                fetching = false;
            }
        }
        return true;
    }

    private void fetch() {
        try {
            if (stream.fetch() && lease.isWaitedFor()) {
                lease.giveInstanceBack();
                end();
            }
        } finally {
            fetching = false;
        }
    }

    /** Ends the watch: the stream has ended. */
    void end() {
        watch.streams.remove(this);
    }
}
