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
 * The ledger of one project for one model: what was sent, and when more may be sent. Times are those of the pool's clock.
 *
 * <p>Not thread-safe at first: one model pool uses it under its own lock. {@link #share} makes it thread-safe.
 */
public final class Ledger {

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
    public Ledger(Limits configured, TokenEstimate estimate, LongFunction<Instant> wallClock) {
        double share = configured.share() == null ? 1 : configured.share();
        this.estimate = estimate;
        this.requests = new MinuteLimit(MinuteLimit.Kind.REQUESTS, configured.requestsPerMinute(), share);
        this.tokens = new MinuteLimit(MinuteLimit.Kind.TOKENS, configured.tokensPerMinute(), share);
        this.day = new DayLimit(configured.requestsPerDay(), share, wallClock);
    }

    /** Makes the ledger thread-safe; call this before any other thread can see it. */
    Ledger share() {
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

    /**
     * Returns when one more request may be sent: now, later, or {@link PoolClock#NEVER}.
     *
     * @param reserved the tokens to reserve for it. If they may exceed the limit, the request needs the whole minute; if
     *     they certainly do, it can never be sent
     */
    public long nextSlot(long now, long reserved) {
        lock();
        try {
            int limit = tokens.limit();
            if (limit > 0 && reserved > limit && estimate.leastOfReserved(reserved) > limit) {
                return PoolClock.NEVER;
            }
            long slot = Math.max(requests.nextSlot(now, 1), tokens.nextSlot(now, Math.max(1, reserved)));
            return Math.max(slot, day.nextSlot(now));
        } finally {
            unlock();
        }
    }

    /** Records that a request is about to be sent; call {@link #nextSlot} first. */
    public void take(long now, long reserved) {
        lock();
        try {
            requests.take(now, 1);
            tokens.take(now, reserved);
            day.take(now);
        } finally {
            unlock();
        }
    }

    /**
     * Refunds a request that was not sent.
     *
     * @param at when it was taken
     * @param reserved the tokens that were reserved for it
     * @return whether a waiting request may now be served
     */
    public boolean refund(long at, long reserved) {
        lock();
        try {
            boolean ofRequests = requests.adjust(at, -1);
            boolean ofTokens = tokens.adjust(at, -reserved);
            return day.refund(at) || ofRequests || ofTokens;
        } finally {
            unlock();
        }
    }

    /**
     * Moves a request that was sent later than it was taken.
     *
     * @param at when it was taken
     * @param sentAt when it was sent
     * @param reserved the tokens that were reserved for it
     */
    public void postpone(long at, long sentAt, long reserved) {
        lock();
        try {
            if (requests.adjust(at, -1)) {
                requests.take(sentAt, 1);
            }
            if (tokens.adjust(at, -reserved)) {
                tokens.take(sentAt, reserved);
            }
        } finally {
            unlock();
        }
    }

    /**
     * Replaces a reservation by the number of tokens that Gemini counted.
     *
     * @param at when the request was taken
     * @return whether a waiting request may now be served
     */
    public boolean settle(long at, long reserved, long counted) {
        lock();
        try {
            return reserved != counted && tokens.adjust(at, counted - reserved) && counted < reserved;
        } finally {
            unlock();
        }
    }

    /** Returns the limit of tokens per minute, which no request may exceed; 0 if none is known. */
    public int tokenLimit() {
        lock();
        try {
            return tokens.limit();
        } finally {
            unlock();
        }
    }

    /** Returns the unused part of the minute's scarcer quota, from 0 to 1. */
    public double left(long now) {
        lock();
        try {
            return Math.min(requests.left(now), tokens.left(now));
        } finally {
            unlock();
        }
    }

    /** Returns the maximum number of requests that may be sent until a time. */
    public long requestsUntil(long now, long until) {
        lock();
        try {
            return requests.capacityUntil(now, until);
        } finally {
            unlock();
        }
    }

    /** Returns the maximum number of tokens that may be sent until a time. */
    public long tokensUntil(long now, long until) {
        lock();
        try {
            return tokens.capacityUntil(now, until);
        } finally {
            unlock();
        }
    }

    /**
     * Records that Gemini refused a request for the limit of requests per minute.
     *
     * @param limit the project's limit, as Gemini reports it
     * @param takenAt when the request was taken
     * @param roomAt when there is room again, as Gemini reports it
     * @return whether this shows for the first time that the configured limit is too high
     */
    public boolean refusedByMinute(int limit, long takenAt, long now, long roomAt) {
        lock();
        try {
            return requests.refused(limit, 1, takenAt, now, roomAt);
        } finally {
            unlock();
        }
    }

    /**
     * Records that Gemini refused a request for the limit of tokens per minute.
     *
     * @param reserved the tokens that were reserved for it
     * @see #refusedByMinute
     */
    public boolean refusedByTokens(int limit, long reserved, long takenAt, long now, long roomAt) {
        lock();
        try {
            return tokens.refused(limit, reserved, takenAt, now, roomAt);
        } finally {
            unlock();
        }
    }

    /**
     * Records that Gemini refused a request for the limit of requests per day.
     *
     * @param limit the project's limit, as Gemini reports it
     * @return whether this shows for the first time that the configured limit is too high
     */
    public boolean refusedByDay(int limit, long now) {
        lock();
        try {
            return day.refused(limit, now);
        } finally {
            unlock();
        }
    }

    /** Forgets the limits that Gemini reported, but not what was sent under configured ones. */
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

    /** Returns the known limits and their usage. */
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

    /** Returns whether the day's requests are used up. */
    public boolean isDayUsedUp(long now) {
        lock();
        try {
            return day.isUsedUp(now);
        } finally {
            unlock();
        }
    }

    /** Describes why a request can't be sent now. */
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
