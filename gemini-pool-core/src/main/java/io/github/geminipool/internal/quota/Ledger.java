package io.github.geminipool.internal.quota;

import io.github.geminipool.key.Limits;
import java.time.Instant;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The books of one project for one model: what it sent, and when it may send more. Times are those of the pool's clock.
 * Not thread-safe.
 */
public final class Ledger {

    /** What Gemini said of a minute is doubted when it has not said so again for so long: limits are raised, too. */
    private static final long BELIEVED = 3_600_000_000_000L;

    private final Limits configured;
    private final double share;
    private final LongFunction<Instant> wallClock;
    private final Guard guard = new Guard();
    private @Nullable RollingMinute minute;
    private @Nullable DayCount day;
    private @Nullable Integer learnedPerMinute;
    private @Nullable Integer learnedPerDay;
    private boolean reportedPerMinute;
    private boolean reportedPerDay;
    private long learnedAt = Long.MIN_VALUE;

    /**
     * Books in which nothing was sent.
     *
     * @param wallClock the wall clock's time at one of the pool's
     */
    public Ledger(Limits configured, LongFunction<Instant> wallClock) {
        this.configured = configured;
        this.share = configured.share() == null ? 1 : configured.share();
        this.wallClock = wallClock;
        limitAnew();
    }

    /** When one more request may be sent: now, or later. */
    public long nextSlot(long now) {
        if (learnedPerMinute != null && now - learnedAt >= BELIEVED) {
            learnedPerMinute = null;
            limitMinuteAnew();
        }
        if (learnedPerDay != null && day != null && day.isOver(now)) {
            learnedPerDay = null;
            limitDayAnew();
        }
        long slot = minute == null ? now : minute.nextSlot(now, guard.at(now));
        return day == null ? slot : Math.max(slot, day.nextSlot(now));
    }

    /** A request is about to be sent; to be asked for at {@link #nextSlot} first. */
    public void take(long now) {
        if (minute != null) {
            minute.add(now);
        }
        if (day != null) {
            day.add(now);
        }
    }

    /**
     * A request was not sent after all.
     *
     * @param at the time at which it was taken
     * @return whether a slot may come earlier for it
     */
    public boolean giveBack(long at) {
        boolean known = minute != null && minute.remove(at);
        if (day != null) {
            day.remove(at);
        }
        return known || day != null;
    }

    /**
     * Gemini refused a request for a quota of the minute. What it counts and these books do not was sent by somebody
     * else, or before the limit was known.
     *
     * @param limit of the project, as Gemini says
     * @param takenAt when the request was taken
     * @param roomAt when there is room again, as Gemini says
     * @return whether a configured limit is the first time found to be too high
     */
    public boolean refusedByMinute(int limit, long takenAt, long now, long roomAt) {
        if (takenAt <= learnedAt) {
            // It was under way when others were refused.
            return false;
        }
        learnedAt = now;
        boolean isSurprise = minute != null && minute.limit() <= shareOf(limit);
        boolean isNews = !reportedPerMinute && isTooHigh(configured.requestsPerMinute(), limit);
        reportedPerMinute |= isNews;
        learnedPerMinute = limit;
        if (isSurprise) {
            guard.widen(now);
        }
        int effective = effective(configured.requestsPerMinute(), limit);
        RollingMinute before = minute == null ? new RollingMinute(effective) : minute;
        int missing = Math.max(0, effective - before.used(now));
        long from = Math.min(now, Math.max(now - RollingMinute.MINUTE, roomAt - RollingMinute.MINUTE));
        minute = before.with(effective, Math.max(effective, highest()), missing, from, now);
        return isNews;
    }

    /**
     * Gemini refused a request for a quota of the day.
     *
     * @param limit of the project, as Gemini says
     * @return whether a configured limit is the first time found to be too high
     */
    public boolean refusedByDay(int limit, long now) {
        boolean isNews = !reportedPerDay && isTooHigh(configured.requestsPerDay(), limit);
        reportedPerDay |= isNews;
        learnedPerDay = limit;
        int effective = effective(configured.requestsPerDay(), limit);
        DayCount count = day == null ? new DayCount(effective, wallClock) : day;
        day = count;
        count.limit(effective);
        count.fill(now);
        return isNews;
    }

    /** Forgets what Gemini said, but not what was sent. */
    public void forget() {
        learnedPerMinute = null;
        learnedPerDay = null;
        limitAnew();
        if (day != null) {
            day.reopen();
        }
    }

    private void limitAnew() {
        limitMinuteAnew();
        limitDayAnew();
    }

    private void limitMinuteAnew() {
        Integer perMinute = configured.requestsPerMinute();
        if (perMinute == null) {
            minute = null;
        } else {
            int effective = shareOf(perMinute);
            minute = minute == null ? new RollingMinute(effective) : minute.with(effective, effective, 0, 0, 0);
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

    private static boolean isTooHigh(@Nullable Integer configured, int limit) {
        return configured != null && configured > limit;
    }

    private int effective(@Nullable Integer known, int learned) {
        return shareOf(known == null ? learned : Math.min(known, learned));
    }

    /** The limit that holds again when what was learned is forgotten. */
    private int highest() {
        Integer known = configured.requestsPerMinute();
        return known == null ? 0 : shareOf(known);
    }

    private int shareOf(int limit) {
        return (int) Math.max(1, Math.floor(limit * share + 1e-9));
    }

    /** Whether it is the day that has no slot. */
    public boolean isDayUsedUp(long now) {
        return day != null && day.nextSlot(now) > now;
    }

    /** Why there is no slot now, in words. */
    public String why(long now) {
        if (day != null && day.nextSlot(now) > now) {
            return "the project's quota of the day is used up ("
                    + limit(day.limit(), configured.requestsPerDay(), learnedPerDay) + ")";
        }
        if (minute == null) {
            return "";
        }
        boolean spreads = minute.isSpreading(now, guard.at(now));
        return "the project's quota of the minute is " + (spreads ? "spread over it (" : "used up (")
                + limit(minute.limit(), configured.requestsPerMinute(), learnedPerMinute) + ")";
    }

    private static String limit(int effective, @Nullable Integer known, @Nullable Integer learned) {
        boolean byConfiguration = known != null && (learned == null || known <= learned);
        return "limit " + effective + ", " + (byConfiguration ? "configured" : "learned from Gemini");
    }
}
