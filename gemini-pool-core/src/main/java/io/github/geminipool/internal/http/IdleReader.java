package io.github.geminipool.internal.http;

import io.github.geminipool.internal.answer.BodyLife;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.Workers;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Gives the instance of a stream back if its reader has not read for ten seconds, there is something to read, and others wait for
 * an instance. The stream goes on without one. Thread-safe.
 */
final class IdleReader {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
    private static final int LOOKS = 5;

    /** What gives instances back on behalf of readers that do not read. */
    record Watch(PoolClock clock, Scheduler scheduler, Workers workers) {

        /** Begins to watch a stream. */
        IdleReader over(BodyLife stream, Lease lease) {
            IdleReader watched = new IdleReader(this, stream, lease);
            watched.lookAgain();
            return watched;
        }
    }

    private final Watch watch;
    private final BodyLife stream;
    private final Lease lease;

    /** How often the stream had been read at the last look, and at how many looks it has been that. */
    private int reads;

    private int looks;
    private volatile Scheduler.@Nullable Alarm alarm;
    private volatile boolean ended;

    private IdleReader(Watch watch, BodyLife stream, Lease lease) {
        this.watch = watch;
        this.stream = stream;
        this.lease = lease;
    }

    private void lookAgain() {
        Scheduler.Alarm next = watch.scheduler().schedule(watch.clock().after(BETWEEN_LOOKS), this::look);
        alarm = next;
        if (ended) {
            next.cancel();
        }
    }

    private void look() {
        if (ended || lease.isCompleted()) {
            return;
        }
        int now = stream.reads();
        looks = stream.isBusy() || now != reads ? 0 : looks + 1;
        reads = now;
        if (looks < LOOKS || !lease.isWaitedFor()) {
            lookAgain();
            return;
        }
        try {
            // Whether there is something to read can't be told without reading, which may block.
            watch.workers().run(this::fetch);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            lookAgain();
        }
    }

    private void fetch() {
        if (stream.fetch() && lease.isWaitedFor()) {
            lease.giveInstanceBack();
        } else {
            looks = 0;
            lookAgain();
        }
    }

    /** Ends the watch: the stream has ended. */
    void end() {
        ended = true;
        Scheduler.Alarm next = alarm;
        if (next != null) {
            next.cancel();
        }
    }
}
