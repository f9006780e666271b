package io.github.geminipool.internal.quota;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.Limits;
import io.github.geminipool.stats.QuotaUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A ledger that this process keeps alone: it knows what this pool has sent. Not thread-safe at first: one model pool uses it under its
 * own lock. {@link #share} makes it thread-safe.
 */
public final class LocalLedger implements Ledger {

    private final TokenEstimate estimate;
    private final MinuteLimit requests;
    private final MinuteLimit tokens;
    private final DayLimit day;

    /** Null until the ledger is shared. */
    private @Nullable ReentrantLock lock;

    /**
     * Creates a ledger in which nothing was sent.
     *
     * @param estimate of the tokens of the model's prompts
     * @param wallClock converts the pool's time to the wall clock's
     */
    public LocalLedger(Limits configured, TokenEstimate estimate, LongFunction<Instant> wallClock) {
        double share = configured.share() == null ? 1 : configured.share();
        this.estimate = estimate;
        this.requests = new MinuteLimit(MinuteLimit.Kind.REQUESTS, configured.requestsPerMinute(), share);
        this.tokens = new MinuteLimit(MinuteLimit.Kind.TOKENS, configured.tokensPerMinute(), share);
        this.day = new DayLimit(configured.requestsPerDay(), share, wallClock);
    }

    /** Makes the ledger thread-safe; call this before any other thread can see it. */
    LocalLedger share() {
        lock = new ReentrantLock();
        return this;
    }

    /** Returns whether the ledger is thread-safe. */
    boolean isShared() {
        return lock != null;
    }

    private void lock() {
        if (lock != null) {
            lock.lock();
        }
    }

    private void unlock() {
        if (lock != null) {
            lock.unlock();
        }
    }

    @Override
    public long nextSlot(long now, long size) {
        int count = Demand.requestsOf(size);
        long reserved = Demand.tokensOf(size);
        lock();
        try {
            int limit = tokens.limit();
            if (limit > 0 && reserved > limit && estimate.leastOfReserved(reserved) > limit) {
                return PoolClock.NEVER;
            }
            if (count > 1 && count > mostRequests()) {
                return PoolClock.NEVER;
            }
            long slot = Math.max(requests.nextSlot(now, count), tokens.nextSlot(now, Math.max(1, reserved)));
            return Math.max(slot, day.nextSlot(now, count));
        } finally {
            unlock();
        }
    }

    private int mostRequests() {
        int perMinute = requests.limit();
        int perDay = day.limit();
        return Math.min(perMinute == 0 ? Integer.MAX_VALUE : perMinute, perDay == 0 ? Integer.MAX_VALUE : perDay);
    }

    @Override
    public void take(long now, long size) {
        int count = Demand.requestsOf(size);
        lock();
        try {
            requests.take(now, count);
            tokens.take(now, Demand.tokensOf(size));
            day.take(now, count);
        } finally {
            unlock();
        }
    }

    @Override
    public boolean refund(long at, long size) {
        int count = Demand.requestsOf(size);
        lock();
        try {
            boolean ofRequests = requests.adjust(at, -count);
            boolean ofTokens = tokens.adjust(at, -Demand.tokensOf(size));
            return day.refund(at, count) || ofRequests || ofTokens;
        } finally {
            unlock();
        }
    }

    @Override
    public void postpone(long at, long sentAt, long size) {
        int count = Demand.requestsOf(size);
        long reserved = Demand.tokensOf(size);
        lock();
        try {
            if (requests.adjust(at, -count)) {
                requests.take(sentAt, count);
            }
            if (tokens.adjust(at, -reserved)) {
                tokens.take(sentAt, reserved);
            }
        } finally {
            unlock();
        }
    }

    @Override
    public boolean settle(long at, long size, long counted) {
        long reserved = Demand.tokensOf(size);
        lock();
        try {
            return reserved != counted && tokens.adjust(at, counted - reserved) && counted < reserved;
        } finally {
            unlock();
        }
    }

    @Override
    public int tokenLimit() {
        lock();
        try {
            return tokens.limit();
        } finally {
            unlock();
        }
    }

    @Override
    public int requestLimit() {
        lock();
        try {
            int most = mostRequests();
            return most == Integer.MAX_VALUE ? 0 : most;
        } finally {
            unlock();
        }
    }

    @Override
    public double left(long now) {
        lock();
        try {
            return Math.min(requests.left(now), tokens.left(now));
        } finally {
            unlock();
        }
    }

    @Override
    public long requestsUntil(long now, long until) {
        lock();
        try {
            return requests.capacityUntil(now, until);
        } finally {
            unlock();
        }
    }

    @Override
    public long tokensUntil(long now, long until) {
        lock();
        try {
            return tokens.capacityUntil(now, until);
        } finally {
            unlock();
        }
    }

    @Override
    public boolean refusedByMinute(int limit, long size, long takenAt, long now, long roomAt) {
        lock();
        try {
            return requests.refused(limit, Demand.requestsOf(size), takenAt, now, roomAt);
        } finally {
            unlock();
        }
    }

    @Override
    public boolean refusedByTokens(int limit, long size, long takenAt, long now, long roomAt) {
        lock();
        try {
            return tokens.refused(limit, Demand.tokensOf(size), takenAt, now, roomAt);
        } finally {
            unlock();
        }
    }

    @Override
    public boolean refusedByDay(int limit, long now) {
        lock();
        try {
            return day.refused(limit, now);
        } finally {
            unlock();
        }
    }

    @Override
    public void forget() {
        lock();
        try {
            requests.forget();
            tokens.forget();
            day.forget();
        } finally {
            unlock();
        }
    }

    @Override
    public List<QuotaUsage> usage(String project, long now) {
        lock();
        try {
            List<QuotaUsage> usage = new ArrayList<>(3);
            requests.addUsage(project, QuotaUsage.Unit.REQUESTS_PER_MINUTE, now, usage);
            tokens.addUsage(project, QuotaUsage.Unit.TOKENS_PER_MINUTE, now, usage);
            day.addUsage(project, now, usage);
            return usage;
        } finally {
            unlock();
        }
    }

    @Override
    public boolean knowsAll(long now) {
        return true;
    }

    @Override
    public boolean isDayUsedUp(long now) {
        lock();
        try {
            return day.isUsedUp(now);
        } finally {
            unlock();
        }
    }

    @Override
    public String why(long now, long reserved) {
        lock();
        try {
            if (day.isUsedUp(now)) {
                return "the project's daily request quota is used up (" + day.inWords() + ")";
            }
            long amount = Math.max(1, reserved);
            return requests.nextSlot(now, 1) >= tokens.nextSlot(now, amount)
                    ? why("request", requests, now, 1)
                    : why("token", tokens, now, amount);
        } finally {
            unlock();
        }
    }

    private static String why(String unit, MinuteLimit limit, long now, long amount) {
        if (limit.limit() == 0) {
            return "";
        }
        String how = limit.isSpreading(now, amount) ? "spread over the minute" : "used up";
        return "the project's per-minute " + unit + " quota is " + how + " (" + limit.inWords() + ")";
    }
}
