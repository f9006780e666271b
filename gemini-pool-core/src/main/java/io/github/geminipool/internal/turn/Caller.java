package io.github.geminipool.internal.turn;

import io.github.geminipool.internal.books.SlotTraffic;
import io.github.geminipool.internal.time.SteadyLock;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.spi.Priority;
import io.github.geminipool.stats.CallerStats;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Somebody for whom calls are made: the unit of fairness, of limits and of statistics. Compared by identity. Thread-safe; its lock
 * may be acquired under a model pool's.
 */
public final class Caller {

    /** Stands for all calls that name no caller: it has no limits and no statistics. */
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

    /** The models whose calls wait for its limits; null if it has none. */
    private final @Nullable LimitQueue<WaitingPlace> held;
    /** The number of its calls that wait for anything. */
    private final AtomicInteger waiting = new AtomicInteger();

    Caller(String name, @Nullable CallerLimits limits, boolean listed, LongFunction<Instant> wallClock) {
        this(name, listed, limits, (lock, onAnswer) -> new OwnCounts(Objects.requireNonNull(limits), wallClock));
    }

    /**
     * Creates a caller that has done nothing.
     *
     * @param counts makes the usage counts of its limits, if it has any; its lock guards them
     */
    Caller(String name, boolean listed, @Nullable CallerLimits limits, CallerCounts.Maker counts) {
        this.name = name;
        this.limits = limits;
        this.listed = listed;
        this.account = limits == null ? null : new CallerAccount(limits, counts.make(lock, this::letGo));
        this.held = limits == null ? null : new LimitQueue<>(lock, this::isFull, this::offer);
    }

    /** Returns the name; empty for nobody in particular. */
    public String name() {
        return name;
    }

    /** Returns whether it has an entry of its own among the limits. */
    public boolean isListed() {
        return listed;
    }

    /** Returns the priority of a call: its own, else that of its caller's limits; null if neither is set. */
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

    /** Returns whether it has limits on its calls. */
    public boolean isLimited() {
        return account != null;
    }

    /**
     * Returns when its limits admit a call: a past time for now; {@code PoolClock.NEVER} if not before another call ends, or if the
     * call is larger than the limits.
     *
     * @param request the lease request of the call; report when it has {@link #left}
     * @param deadlineNanos until when it may wait
     */
    public long nextAt(Object request, int requests, long size, long deadlineNanos, long now) {
        if (account == null) {
            return Long.MIN_VALUE;
        }
        lock.lock();
        try {
            return account.nextAt(request, active, requests, size, deadlineNanos, now);
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether a call that waits in a place may go now: the limits admit it, and no other call of this caller is ahead of it. */
    public boolean mayGo(
            WaitingPlace place,
            boolean background,
            Object request,
            int requests,
            long size,
            long deadlineNanos,
            long now) {
        if (account == null || held == null) {
            return true;
        }
        lock.lock();
        try {
            return held.admits(place, background)
                    && account.nextAt(request, active, requests, size, deadlineNanos, now) <= now;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether its limits admit a number of calls of a total size now. */
    public boolean admits(int number, int requests, long size, long now) {
        if (account == null) {
            return true;
        }
        lock.lock();
        try {
            return account.admits(active, number, requests, size, now);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns when its limits admit a call behind others at the earliest, as far as that is known; a past time for now.
     *
     * @param ahead the number of requests that go before it; 0 if that is unknown
     */
    public long goesBehindAt(long ahead, int requests, long now) {
        if (account == null || ahead == 0) {
            return Long.MIN_VALUE;
        }
        lock.lock();
        try {
            return account.counts().allGoneAt(ahead + requests, now);
        } finally {
            lock.unlock();
        }
    }

    /** Records that a request no longer waits for its limits. */
    public void left(Object request) {
        if (account == null) {
            return;
        }
        lock.lock();
        try {
            account.left(request);
        } finally {
            lock.unlock();
        }
    }

    /** Changes the books of its limits if replicas share them; no lock may be held. */
    void changeBooks(Consumer<SlotTraffic> change) {
        if (account != null) {
            account.counts().changeBooks(change);
        }
    }

    /** Gives back what is held of limits that replicas share, since nobody waits any more. */
    void close() {
        if (account != null) {
            account.counts().close();
        }
    }

    /** Returns the minimum time for which a request must wait to learn whether its limits admit it. */
    public Duration shortestWait() {
        return account == null ? Duration.ZERO : account.shortestWait();
    }

    /** Returns whether a call is larger than its limits, so that it can never go. */
    public boolean isTooLarge(int requests, long size) {
        if (account == null) {
            return false;
        }
        lock.lock();
        try {
            return account.isTooLarge(requests, size);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes what a call needs from the limits.
     *
     * @param place where it waits
     * @param background whether it gives way to interactive calls
     * @param isFirst whether it is the call's first attempt; later ones count towards the concurrency limit only
     * @return the time to pass when {@link #ended giving it back}; {@link #NOT_NOW} if the limits don't admit it now
     */
    public long take(WaitingPlace place, boolean background, int requests, long size, boolean isFirst, long now) {
        lock.lock();
        try {
            // Model pools read the clock before they take this lock.
            long at = Math.max(now, usedNanos);
            if (account != null && held != null) {
                if (!held.admits(place, background)
                        || !account.admits(active, 1, isFirst ? requests : 0, isFirst ? size : 0, at)) {
                    return NOT_NOW;
                }
                held.took();
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
     * Records the end of an attempt other than the first of its call.
     *
     * @return whether calls that wait for its limits may go now; then call {@link #letGo}
     */
    public boolean ended() {
        lock.lock();
        try {
            return oneLess(false);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Records that the first attempt of a call has ended.
     *
     * @param at when it was taken
     * @param requests what it took
     * @param size the tokens that it took
     * @param counted its tokens
     * @return whether calls that wait for its limits may go now; then call {@link #letGo}
     */
    public boolean ended(long at, int requests, long size, long counted) {
        lock.lock();
        try {
            // The statistics may have been reset since.
            tokens = Math.max(0, tokens + counted - size);
            boolean mayOthersGo = oneLess(counted < size);
            if (account != null && counted != size) {
                account.settle(at, requests, size, counted);
            }
            return mayOthersGo;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Records that the first attempt of a call was not sent.
     *
     * @see #ended(long, int, long, long)
     */
    public boolean notSent(long at, int requests, long size) {
        lock.lock();
        try {
            tokens = Math.max(0, tokens - size);
            calls = Math.max(0, calls - 1);
            boolean mayOthersGo = oneLess(true);
            if (account != null) {
                account.refund(at, requests, size);
            }
            return mayOthersGo;
        } finally {
            lock.unlock();
        }
    }

    /** Comes before everything that may throw, because nothing else counts what runs at the same time. */
    private boolean oneLess(boolean gaveBack) {
        boolean wasFull = isFull();
        active--;
        return held != null && !held.isEmpty() && (wasFull || gaveBack);
    }

    private void offer(WaitingPlace place, boolean background) {
        place.mayGo(this, background);
    }

    private boolean isFull() {
        return account != null && account.isFull(active);
    }

    /** Returns where its calls wait for its limits; it must have some. */
    LimitQueue<WaitingPlace> held() {
        return Objects.requireNonNull(held);
    }

    /** Lets the calls go that wait for its limits, the models taking turns; must be called without a lock. */
    public void letGo() {
        if (held != null) {
            held.letGo();
        }
    }

    /** Adjusts the number of calls that wait. */
    void waits(int more) {
        if (this != NOBODY) {
            var unused = waiting.addAndGet(more);
        }
    }

    /** Records that a call got no lease because of its limits. */
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

    /** Returns whether it may be forgotten: it has no calls, has not been used for a while, and all of its limits are unused. */
    boolean isForgettable(long now, long idleNanos) {
        lock.lock();
        try {
            return !listed
                    && active == 0
                    && waiting.get() == 0
                    && usedNanos < now - idleNanos
                    && (account == null || account.isFresh(now));
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
        if (account == null) {
            return "";
        }
        lock.lock();
        try {
            return account.inWords();
        } finally {
            lock.unlock();
        }
    }
}
