package io.github.geminipool.internal.quota;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.Limits;
import io.github.geminipool.stats.QuotaUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The books of one project for one model: what it sent, and when it may send more. Times are those of the pool's clock.
 * Not thread-safe.
 */
public class Ledger {

    private final Limits configured;
    private final double share;
    private final TokenEstimate estimate;
    private final LongFunction<Instant> wallClock;
    private final MinuteLimit requests;
    private final MinuteLimit tokens;
    private @Nullable DayCount day;
    private @Nullable Integer learnedPerDay;
    private boolean reportedPerDay;

    /**
     * Books in which nothing was sent.
     *
     * @param estimate of the tokens of the model's prompts
     * @param wallClock the wall clock's time at one of the pool's
     */
    public Ledger(Limits configured, TokenEstimate estimate, LongFunction<Instant> wallClock) {
        this.estimate = estimate;
        this.configured = configured;
        this.share = configured.share() == null ? 1 : configured.share();
        this.wallClock = wallClock;
        this.requests = new MinuteLimit(MinuteLimit.Kind.REQUESTS, configured.requestsPerMinute(), share);
        this.tokens = new MinuteLimit(MinuteLimit.Kind.TOKENS, configured.tokensPerMinute(), share);
        limitDayAnew();
    }

    /** Takes the books of another over, which is not to be used any more. */
    Ledger(Ledger other) {
        this.estimate = other.estimate;
        this.configured = other.configured;
        this.share = other.share;
        this.wallClock = other.wallClock;
        this.requests = other.requests;
        this.tokens = other.tokens;
        this.day = other.day;
        this.learnedPerDay = other.learnedPerDay;
        this.reportedPerDay = other.reportedPerDay;
    }

    /**
     * When one more request may be sent: now, later, or {@code PoolClock.NEVER}.
     *
     * @param tokensOfIt the tokens to reserve for it; one that may need more than the limit has it for itself, and one that
     *     certainly does is not to be sent
     */
    public long nextSlot(long now, long tokensOfIt) {
        int most = tokens.limit();
        if (most > 0 && tokensOfIt > most && estimate.leastOfReserved(tokensOfIt) > most) {
            return PoolClock.NEVER;
        }
        if (learnedPerDay != null && day != null && day.isOver(now)) {
            learnedPerDay = null;
            limitDayAnew();
        }
        long slot = Math.max(requests.nextSlot(now, 1), tokens.nextSlot(now, Math.max(1, tokensOfIt)));
        return day == null ? slot : Math.max(slot, day.nextSlot(now));
    }

    /** A request is about to be sent; to be asked for at {@link #nextSlot} first. */
    public void take(long now, long tokensOfIt) {
        requests.take(now, 1);
        tokens.take(now, tokensOfIt);
        if (day != null) {
            day.add(now);
        }
    }

    /**
     * A request was not sent after all.
     *
     * @param at the time at which it was taken
     * @param tokensOfIt what was taken with it
     * @return whether a slot may come earlier for it
     */
    public boolean giveBack(long at, long tokensOfIt) {
        boolean known = requests.adjust(at, -1);
        known |= tokens.adjust(at, -tokensOfIt);
        if (day != null) {
            day.remove(at);
        }
        return known || day != null;
    }

    /**
     * A request is sent later than it was taken.
     *
     * @param at the time at which it was taken
     * @param sentAt when it was sent
     * @param tokensOfIt what was taken with it
     */
    public void postpone(long at, long sentAt, long tokensOfIt) {
        if (requests.adjust(at, -1)) {
            requests.take(sentAt, 1);
        }
        if (tokens.adjust(at, -tokensOfIt)) {
            tokens.take(sentAt, tokensOfIt);
        }
    }

    /**
     * Gemini says how many tokens a request had.
     *
     * @param at the time at which it was taken
     * @return whether a slot may come earlier for it
     */
    public boolean settle(long at, long taken, long counted) {
        return taken != counted && tokens.adjust(at, counted - taken) && counted < taken;
    }

    /** The most tokens that a request may have; 0 where that is not known. */
    public int tokenLimit() {
        return tokens.limit();
    }

    /** How much of what is scarcest in the minute is left, from 0 to 1. */
    public double left(long now) {
        return Math.min(requests.left(now), tokens.left(now));
    }

    /** How many more requests may be sent until a time, at the most. */
    public long requestsUntil(long now, long until) {
        return requests.capacityUntil(now, until);
    }

    /** How many more tokens may be sent until a time, at the most. */
    public long tokensUntil(long now, long until) {
        return tokens.capacityUntil(now, until);
    }

    /**
     * Gemini refused a request for the quota of requests of the minute.
     *
     * @param limit of the project, as Gemini says
     * @param takenAt when the request was taken
     * @param roomAt when there is room again, as Gemini says
     * @return whether a configured limit is the first time found to be too high
     */
    public boolean refusedByMinute(int limit, long takenAt, long now, long roomAt) {
        return requests.refused(limit, 1, takenAt, now, roomAt);
    }

    /**
     * Gemini refused a request for the quota of tokens of the minute.
     *
     * @param tokensOfIt what was taken with it
     * @see #refusedByMinute
     */
    public boolean refusedByTokens(int limit, long tokensOfIt, long takenAt, long now, long roomAt) {
        return tokens.refused(limit, tokensOfIt, takenAt, now, roomAt);
    }

    /**
     * Gemini refused a request for a quota of the day.
     *
     * @param limit of the project, as Gemini says
     * @return whether a configured limit is the first time found to be too high
     */
    public boolean refusedByDay(int limit, long now) {
        Integer known = configured.requestsPerDay();
        boolean isNews = !reportedPerDay && known != null && known > limit;
        reportedPerDay |= isNews;
        learnedPerDay = limit;
        int effective = shareOf(known == null ? limit : Math.min(known, limit));
        DayCount count = day == null ? new DayCount(effective, wallClock) : day;
        day = count;
        count.limit(effective);
        count.fill(now);
        return isNews;
    }

    /** Forgets what Gemini said, but not what was sent. */
    public void forget() {
        requests.forget();
        tokens.forget();
        learnedPerDay = null;
        limitDayAnew();
        if (day != null) {
            day.reopen();
        }
    }

    private void limitDayAnew() {
        Integer perDay = configured.requestsPerDay();
        if (perDay == null) {
            day = null;
        } else if (day == null) {
            day = new DayCount(shareOf(perDay), wallClock);
        } else {
            day.limit(shareOf(perDay));
        }
    }

    private int shareOf(int limit) {
        return MinuteLimit.partOf(limit, share);
    }

    /** What is known of the limits, and what was used of them. */
    public List<QuotaUsage> usage(String project, long now) {
        List<QuotaUsage> usage = new ArrayList<>(3);
        if (requests.limit() > 0) {
            usage.add(requests.usage(project, QuotaUsage.Unit.REQUESTS_PER_MINUTE, now));
        }
        if (tokens.limit() > 0) {
            usage.add(tokens.usage(project, QuotaUsage.Unit.TOKENS_PER_MINUTE, now));
        }
        if (day != null) {
            boolean learned = learnedPerDay != null
                    && (configured.requestsPerDay() == null || learnedPerDay < configured.requestsPerDay());
            usage.add(new QuotaUsage(project, QuotaUsage.Unit.REQUESTS_PER_DAY, day.limit(), day.used(now), learned));
        }
        return usage;
    }

    /** Whether it is the day that has no slot. */
    public boolean isDayUsedUp(long now) {
        return day != null && day.nextSlot(now) > now;
    }

    /** Why there is no slot now, in words. */
    public String why(long now, long tokensOfIt) {
        if (day != null && day.nextSlot(now) > now) {
            Integer known = configured.requestsPerDay();
            boolean byConfiguration = known != null && (learnedPerDay == null || known <= learnedPerDay);
            return "the project's quota of the day is used up (limit " + day.limit() + ", "
                    + (byConfiguration ? "configured" : "learned from Gemini") + ")";
        }
        long needed = Math.max(1, tokensOfIt);
        return requests.nextSlot(now, 1) >= tokens.nextSlot(now, needed)
                ? why("quota of the minute", requests, now, 1)
                : why("quota of tokens of the minute", tokens, now, needed);
    }

    private static String why(String what, MinuteLimit limit, long now, long amount) {
        return limit.limit() == 0
                ? ""
                : "the project's " + what + " is " + (limit.isSpreading(now, amount) ? "spread over it (" : "used up (")
                        + limit.inWords() + ")";
    }
}
