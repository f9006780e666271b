package io.github.geminipool.internal.turn;

import io.github.geminipool.internal.time.SteadyLock;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.spi.Priority;
import io.github.geminipool.stats.CallerStats;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * For whom calls are made: the unit of fairness, of limits and of statistics. Compared by identity. Thread-safe; its lock may be
 * acquired under a model pool's.
 */
public final class Caller {

    /** All calls that name no caller: one caller, without limits, of whom nothing is counted. */
    public static final Caller NOBODY = new Caller("", null, false, Instant::ofEpochSecond);

    /** The limits don't admit a call now. */
    public static final long NOT_NOW = Long.MIN_VALUE;

    private static final String NO_PROJECT = "(none)";

    private final String name;
    private final @Nullable CallerLimits limits;
    private final boolean listed;
    private final SteadyLock lock = new SteadyLock();
    private final @Nullable CallerAccount account;
    private long calls;
    private long refused;
    private long tokens;
    private int active;
    private long usedNanos = Long.MIN_VALUE;

    /** Whether somebody waits for one of its calls to end. */
    private boolean waits;

    Caller(String name, @Nullable CallerLimits limits, boolean listed, LongFunction<Instant> wallClock) {
        this.name = name;
        this.limits = limits;
        this.listed = listed;
        this.account = limits == null ? null : new CallerAccount(limits, wallClock);
    }

    /** Returns the name; empty for nobody in particular. */
    public String name() {
        return name;
    }

    /** Returns whether it has an entry of its own among the limits. */
    public boolean isListed() {
        return listed;
    }

    /** Returns how urgent a call is: as it says itself, else as its caller's limits say; null if neither does. */
    public @Nullable Priority priorityOf(@Nullable Priority own) {
        return own != null || limits == null ? own : limits.priority();
    }

    /** Returns the keys that a call may use. */
    public KeyChoice keysOf(KeyChoice own) {
        boolean namesOnlyKeys = !own.onlyKeys().isEmpty() && own.onlyProjects().isEmpty();
        if (limits == null || limits.projects().isEmpty() || namesOnlyKeys) {
            return own;
        }
        Set<String> both = new HashSet<>(limits.projects());
        if (!own.onlyProjects().isEmpty()) {
            both.retainAll(own.onlyProjects());
        }
        // An empty choice would accept all.
        return own.withOnlyProjects(both.isEmpty() ? Set.of(NO_PROJECT) : both);
    }

    /** Returns whether the tokens of its calls must be known. */
    public boolean countsTokens() {
        return limits != null && limits.tokensPerMinute() != null;
    }

    /** Returns whether its calls may use a model; calls that name no model, such as uploads, are always allowed. */
    public boolean mayUse(String model) {
        return limits == null
                || limits.models().isEmpty()
                || limits.models().contains(model)
                || model.equals(CallFacts.NO_MODEL);
    }

    /** Returns whether anything limits how many calls it makes. */
    public boolean isLimited() {
        return account != null;
    }

    /**
     * Returns when a call may go, as far as its limits say: a past time for now; {@code PoolClock.NEVER} if that is when another one
     * ends, or if it is larger than its limits.
     */
    public long nextAt(int requests, long size, long now) {
        if (account == null) {
            return Long.MIN_VALUE;
        }
        lock.lock();
        try {
            long at = account.nextAt(active, requests, size, now);
            waits |= at > now;
            return at;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether a call is larger than its limits, so that it can't go at any time. */
    public boolean isTooLarge(int requests, long size) {
        return account != null && account.isTooLarge(requests, size);
    }

    /**
     * Takes what a call needs of the limits.
     *
     * @param isFirst whether it is the call's first attempt: later ones only count towards the calls at the same time
     * @return the time by which to {@link #ended give it back}; {@link #NOT_NOW} if the limits don't admit it now
     */
    public long take(int requests, long size, boolean isFirst, long now) {
        lock.lock();
        try {
            // Model pools read the clock before they take this lock.
            long at = Math.max(now, usedNanos);
            if (account != null) {
                if (account.nextAt(active, isFirst ? requests : 0, isFirst ? size : 0, at) > at) {
                    waits = true;
                    return NOT_NOW;
                }
                if (isFirst) {
                    account.take(at, requests, size);
                }
            }
            calls += isFirst ? 1 : 0;
            tokens += isFirst ? size : 0;
            active++;
            usedNanos = at;
            return at;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Records that an attempt has ended.
     *
     * @param at when it was taken
     * @param requests the difference between what it used and what it took; negative if it used less
     * @param size the same for tokens
     * @param isCall whether it still counts as a call, or never was one
     * @return whether calls that wait in any model pool may go now
     */
    public boolean ended(long at, int requests, long size, boolean isCall) {
        lock.lock();
        try {
            active--;
            tokens += size;
            calls -= isCall ? 0 : 1;
            if (account != null) {
                account.correct(at, requests, size);
            }
            boolean mayGo = waits;
            waits = false;
            return mayGo;
        } finally {
            lock.unlock();
        }
    }

    /** Records that its limits kept a call from a lease. */
    public void refused() {
        if (this == NOBODY) {
            return;
        }
        lock.lock();
        try {
            refused++;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether it may be forgotten: it has not been used for a while, and nothing is used of its limits. */
    boolean isForgettable(long now, long idleNanos) {
        lock.lock();
        try {
            return !listed && active == 0 && usedNanos < now - idleNanos && (account == null || account.isFresh(now));
        } finally {
            lock.unlock();
        }
    }

    void reset() {
        lock.lock();
        try {
            calls = 0;
            refused = 0;
            tokens = 0;
        } finally {
            lock.unlock();
        }
    }

    void used(long now) {
        lock.lock();
        try {
            usedNanos = now;
        } finally {
            lock.unlock();
        }
    }

    /** Returns what it has used. */
    public CallerStats stats(long now) {
        lock.lock();
        try {
            List<CallerStats.Usage> usage = account == null ? List.of() : account.usage(now);
            return new CallerStats(name, listed, calls, refused, tokens, active, usage);
        } finally {
            lock.unlock();
        }
    }

    /** Describes its limits. */
    public String limitsInWords() {
        return account == null ? "" : account.inWords();
    }
}
