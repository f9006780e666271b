package io.github.geminipool.internal.quota;

import io.github.geminipool.stats.QuotaUsage;
import java.time.Instant;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A limit of requests per day: the configured one, the one that Gemini reported, and the requests sent under it. Not
 * thread-safe.
 */
final class DayLimit {

    private final @Nullable Integer configured;
    private final double share;
    private final LongFunction<Instant> wallClock;

    /** Null while no limit is known. */
    private @Nullable DayCount count;

    private @Nullable Integer learned;
    private boolean reported;

    /**
     * Creates a limit under which nothing was sent.
     *
     * @param configured the project's limit; null if none is configured
     * @param share the part of the project's limit that this pool may use, above 0 and up to 1
     * @param wallClock converts the pool's time to the wall clock's
     */
    DayLimit(@Nullable Integer configured, double share, LongFunction<Instant> wallClock) {
        this.configured = configured;
        this.share = share;
        this.wallClock = wallClock;
        applyConfigured();
    }

    /** Returns this pool's limit; 0 if none is known. */
    int limit() {
        return count == null ? 0 : count.limit();
    }

    /** Returns when a number of requests may be sent: now, or when the day is over. */
    long nextSlot(long now, int requests) {
        if (learned != null && count != null && count.isOver(now)) {
            learned = null;
            applyConfigured();
        }
        return count == null ? now : count.nextSlot(now, requests);
    }

    /** Returns whether the day's requests are used up. */
    boolean isUsedUp(long now) {
        return count != null && count.nextSlot(now, 1) > now;
    }

    void take(long at, int requests) {
        if (count != null) {
            count.add(at, requests);
        }
    }

    /**
     * Refunds requests that were not sent.
     *
     * @return whether a limit is known, so that a waiting request may now be served
     */
    boolean refund(long at, int requests) {
        if (count != null) {
            count.remove(at, requests);
        }
        return count != null;
    }

    /**
     * Records that Gemini refused a request for this limit.
     *
     * @param limit the project's limit, as Gemini reports it
     * @return whether this shows for the first time that the configured limit is too high
     */
    boolean refused(int limit, long now) {
        boolean isNews = !reported && configured != null && configured > limit;
        reported |= isNews;
        learned = limit;
        int effective = shareOf(configured == null ? limit : Math.min(configured, limit));
        DayCount counted = count == null ? new DayCount(effective, wallClock) : count;
        count = counted;
        counted.limit(effective);
        counted.fill(now);
        return isNews;
    }

    /** Forgets what Gemini reported, but not the requests sent under a configured limit. */
    void forget() {
        learned = null;
        applyConfigured();
        if (count != null) {
            count.reopen();
        }
    }

    private void applyConfigured() {
        if (configured == null) {
            count = null;
        } else if (count == null) {
            count = new DayCount(shareOf(configured), wallClock);
        } else {
            count.limit(shareOf(configured));
        }
    }

    private int shareOf(int limit) {
        return MinuteLimit.partOf(limit, share);
    }

    /** Adds the limit and its usage to a list, if a limit is known. */
    void addUsage(String project, long now, List<QuotaUsage> usage) {
        if (count != null) {
            boolean isLearned = learned != null && (configured == null || learned < configured);
            usage.add(new QuotaUsage(
                    project, QuotaUsage.Unit.REQUESTS_PER_DAY, count.limit(), count.used(now), isLearned));
        }
    }

    /** Describes the limit and its origin. */
    String inWords() {
        boolean byConfiguration = configured != null && (learned == null || configured <= learned);
        return "limit " + (count == null ? 0 : count.limit()) + ", "
                + (byConfiguration ? "configured" : "learned from Gemini");
    }
}
