package io.github.geminipool.internal.turn;

import io.github.geminipool.internal.books.SharedLimits;
import io.github.geminipool.internal.books.SlotTraffic;
import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.stats.CallerStats;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** What all replicas have used of a caller's limits. Guarded by the caller's lock. */
record ReplicaCounts(SharedLimits limits) implements CallerCounts {

    @Override
    public long nextAt(Object request, int count, long size, long deadlineNanos, long now) {
        return limits.nextAt(request, new SlotSize(count, size), deadlineNanos, now);
    }

    @Override
    public boolean admits(int calls, int count, long size, long now) {
        SlotSize all = new SlotSize(count, size);
        return calls == 1 ? limits.admits(all, now) : limits.admits(Math.min(calls, count), all, now);
    }

    @Override
    public void take(long now, int count, long size) {
        limits.take(new SlotSize(count, size), now);
    }

    @Override
    public void refund(long at, int count, long size) {
        limits.refund(new SlotSize(count, size), at);
    }

    @Override
    public void settle(long at, int count, long size, long counted) {
        limits.settle(new SlotSize(count, size), at, counted);
    }

    @Override
    public void left(Object request) {
        limits.left(request);
    }

    @Override
    public Limits inForce() {
        return limits.agreed();
    }

    @Override
    public boolean areOfAllReplicas() {
        return true;
    }

    @Override
    public void changeBooks(Consumer<SlotTraffic> change) {
        limits.changeBooks(change);
    }

    @Override
    public void close() {
        limits.close();
    }

    @Override
    public Duration shortestWait() {
        return limits.shortestWait();
    }

    @Override
    public boolean isFresh(long now) {
        return limits.isFresh(now);
    }

    @Override
    public List<CallerStats.Usage> usage(long now) {
        return limits.usage(now).stream()
                .map(usage -> new CallerStats.Usage(usage.unit(), usage.limit(), usage.used()))
                .toList();
    }
}
