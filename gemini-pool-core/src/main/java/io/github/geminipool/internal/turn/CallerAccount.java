package io.github.geminipool.internal.turn;

import io.github.geminipool.internal.quota.DayCount;
import io.github.geminipool.internal.quota.RollingMinute;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.stats.CallerStats;
import io.github.geminipool.stats.QuotaUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The limits of one caller, and what it has used of them: exact in any minute and each Pacific day. Not thread-safe. */
final class CallerAccount {

    /** What is never over. */
    private static final long NOW = Long.MIN_VALUE;

    private final CallerLimits limits;
    private final @Nullable RollingMinute requests;
    private final @Nullable RollingMinute tokens;
    private final @Nullable DayCount day;

    CallerAccount(CallerLimits limits, LongFunction<Instant> wallClock) {
        this.limits = limits;
        Integer ofRequests = limits.requestsPerMinute();
        Integer ofTokens = limits.tokensPerMinute();
        Integer ofDay = limits.requestsPerDay();
        this.requests = ofRequests == null ? null : new RollingMinute(ofRequests, 0);
        this.tokens = ofTokens == null ? null : new RollingMinute(ofTokens, 0);
        this.day = ofDay == null ? null : new DayCount(ofDay, wallClock);
    }

    /**
     * Returns when a call may go: a past time, later, or {@link PoolClock#NEVER}, if that is when another one ends, or if it is too
     * large.
     */
    long nextAt(int active, int count, long size, long now) {
        if (isFull(active) || isTooLarge(count, size)) {
            return PoolClock.NEVER;
        }
        long at = NOW;
        if (requests != null && count > 0) {
            at = requests.nextSlot(now, 0, count);
        }
        if (tokens != null && size > 0) {
            at = Math.max(at, tokens.nextSlot(now, 0, size));
        }
        return day == null || count == 0 ? at : Math.max(at, day.nextSlot(now, count));
    }

    /** Returns whether no further call may run at the same time as so many. */
    boolean isFull(int active) {
        Integer most = limits.concurrency();
        return most != null && active >= most;
    }

    /** Returns whether a call is larger than a whole minute or day. */
    boolean isTooLarge(int count, long size) {
        return (requests != null && count > requests.limit())
                || (tokens != null && size > tokens.limit())
                || (day != null && count > day.limit());
    }

    void take(long now, int count, long size) {
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

    /** Corrects what a call took: it was not sent, or its tokens were counted. */
    void correct(long at, int count, long size) {
        if (requests != null && count != 0) {
            requests.adjust(at, count);
        }
        if (tokens != null && size != 0) {
            tokens.adjust(at, size);
        }
        if (day != null && count < 0) {
            day.remove(at, -count);
        }
    }

    /** Returns whether nothing would be lost if it began anew. */
    boolean isFresh(long now) {
        return (requests == null || requests.used(now) == 0)
                && (tokens == null || tokens.used(now) == 0)
                && (day == null || day.used(now) == 0);
    }

    List<CallerStats.Usage> usage(long now) {
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

    /** Describes the limits. */
    String inWords() {
        List<String> words = new ArrayList<>();
        add(words, limits.requestsPerMinute(), "requests a minute");
        add(words, limits.tokensPerMinute(), "tokens a minute");
        add(words, limits.requestsPerDay(), "requests a day");
        add(words, limits.concurrency(), "calls at the same time");
        return String.join(", ", words);
    }

    private static void add(List<String> words, @Nullable Integer limit, String what) {
        if (limit != null) {
            words.add(limit + " " + what);
        }
    }
}
