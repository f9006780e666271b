package io.github.geminipool.internal.turn;

import io.github.geminipool.internal.quota.DayCount;
import io.github.geminipool.internal.quota.RollingMinute;
import io.github.geminipool.key.Limits;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.stats.CallerStats;
import io.github.geminipool.stats.QuotaUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** What this process has used of a caller's limits, exact for any minute and each Pacific day. Not thread-safe. */
final class OwnCounts implements CallerCounts {

    /** A time that has always passed. */
    private static final long NOW = Long.MIN_VALUE;

    private final Limits limits;
    private final @Nullable RollingMinute requests;
    private final @Nullable RollingMinute tokens;
    private final @Nullable DayCount day;

    OwnCounts(CallerLimits of, LongFunction<Instant> wallClock) {
        this.limits = limits(of);
        Integer ofRequests = limits.requestsPerMinute();
        Integer ofTokens = limits.tokensPerMinute();
        Integer ofDay = limits.requestsPerDay();
        this.requests = ofRequests == null ? null : new RollingMinute(ofRequests, 0);
        this.tokens = ofTokens == null ? null : new RollingMinute(ofTokens, 0);
        this.day = ofDay == null ? null : new DayCount(ofDay, wallClock);
    }

    /** Returns the limits of an entry for which use is counted. */
    static Limits limits(CallerLimits of) {
        return new Limits(of.requestsPerMinute(), of.tokensPerMinute(), of.requestsPerDay(), null);
    }

    @Override
    public long nextAt(Object request, int count, long size, long deadlineNanos, long now) {
        return nextAt(count, size, now);
    }

    @Override
    public boolean admits(int calls, int count, long size, long now) {
        return nextAt(count, size, now) <= now;
    }

    private long nextAt(int count, long size, long now) {
        long at = requests == null ? NOW : requests.nextSlot(now, 0, count);
        if (tokens != null && size > 0) {
            at = Math.max(at, tokens.nextSlot(now, 0, size));
        }
        return day == null ? at : Math.max(at, day.nextSlot(now, count));
    }

    @Override
    public long allGoneAt(long all, long now) {
        long at = NOW;
        if (requests != null) {
            // No minute has more than the limit, whenever it begins.
            long minutes = (all - 1) / requests.limit();
            at = requests.nextSlot(now, 0, all - minutes * requests.limit()) + minutes * RollingMinute.MINUTE;
        }
        return day == null ? at : Math.max(at, day.nextSlot(now, (int) Math.min(Integer.MAX_VALUE, all)));
    }

    @Override
    public void take(long now, int count, long size) {
        if (requests != null) {
            requests.add(now, count);
        }
        if (tokens != null) {
            tokens.add(now, size);
        }
        if (day != null) {
            day.add(now, count);
        }
    }

    @Override
    public void refund(long at, int count, long size) {
        if (requests != null) {
            requests.adjust(at, -count);
        }
        if (tokens != null && size != 0) {
            tokens.adjust(at, -size);
        }
        if (day != null) {
            day.remove(at, count);
        }
    }

    @Override
    public void settle(long at, int count, long size, long counted) {
        if (tokens != null && counted != size) {
            tokens.adjust(at, counted - size);
        }
    }

    @Override
    public void left(Object request) {}

    @Override
    public Limits inForce() {
        return limits;
    }

    @Override
    public Duration shortestWait() {
        return Duration.ZERO;
    }

    @Override
    public boolean isFresh(long now) {
        return (requests == null || requests.used(now) == 0)
                && (tokens == null || tokens.used(now) == 0)
                && (day == null || day.used(now) == 0);
    }

    @Override
    public List<CallerStats.Usage> usage(long now) {
        List<CallerStats.Usage> usage = new ArrayList<>(3);
        if (requests != null) {
            usage.add(new CallerStats.Usage(QuotaUsage.Unit.REQUESTS_PER_MINUTE, requests.limit(), requests.used(now)));
        }
        if (tokens != null) {
            usage.add(new CallerStats.Usage(QuotaUsage.Unit.TOKENS_PER_MINUTE, tokens.limit(), tokens.used(now)));
        }
        if (day != null) {
            usage.add(new CallerStats.Usage(QuotaUsage.Unit.REQUESTS_PER_DAY, day.limit(), day.used(now)));
        }
        return usage;
    }
}
