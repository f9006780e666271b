package io.github.geminipool.internal.quota;

import io.github.geminipool.stats.QuotaUsage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A limit of requests or of tokens per minute: the configured one, the one that Gemini reported, and what was sent under
 * it. Not thread-safe.
 */
public final class MinuteLimit {

    /** A reported limit is forgotten after this time, unless it is reported again: limits are raised, too. */
    private static final long BELIEVED_NANOS = 3_600_000_000_000L;

    /** What is limited, and how cautiously. */
    enum Kind {
        REQUESTS(Guard.MIN_NANOS, 0.97),
        /** Prompts are few and large: each surprise weighs more, and spreading them wastes more of the limit. */
        TOKENS(8 * Guard.MIN_NANOS, 0.2);

        private final long guard;
        private final double spread;

        Kind(long guard, double spread) {
            this.guard = guard;
            this.spread = spread;
        }
    }

    private final Kind kind;
    private final @Nullable Integer configured;
    private final double share;
    private final Guard guard;
    private @Nullable RollingMinute minute;
    private @Nullable Integer learned;
    private long learnedAt = Long.MIN_VALUE;
    private boolean reported;

    /**
     * Creates a limit under which nothing was sent.
     *
     * @param configured the project's limit; null if none is configured
     * @param share the part of the project's limit that this pool may use, above 0 and up to 1
     */
    MinuteLimit(Kind kind, @Nullable Integer configured, double share) {
        this.kind = kind;
        this.guard = new Guard(kind.guard);
        this.configured = configured;
        this.share = share;
        forget();
    }

    /** Returns when an amount may be sent: now or later. An amount above the limit needs the whole minute. */
    long nextSlot(long now, long amount) {
        if (learned != null && now - learnedAt >= BELIEVED_NANOS) {
            forget();
        }
        return minute == null ? now : minute.nextSlot(now, guard.at(now), amount);
    }

    void take(long now, long amount) {
        if (minute != null) {
            minute.add(now, amount);
        }
    }

    /**
     * Corrects an amount that was taken.
     *
     * @param at when it was taken
     * @return whether it was still recorded
     */
    boolean adjust(long at, long difference) {
        return minute != null && minute.adjust(at, difference);
    }

    /** Returns this pool's limit; 0 if none is known. */
    int limit() {
        return minute == null ? 0 : minute.limit();
    }

    /** Returns the unused part of the limit, from 0 to 1. */
    double left(long now) {
        return minute == null ? 1 : 1 - (double) minute.used(now) / minute.limit();
    }

    /** Adds the limit and its usage to a list, if a limit is known. */
    void addUsage(String project, QuotaUsage.Unit unit, long now, List<QuotaUsage> usage) {
        if (minute != null) {
            boolean isLearned = learned != null && (configured == null || learned < configured);
            usage.add(new QuotaUsage(project, unit, minute.limit(), minute.used(now), isLearned));
        }
    }

    /** Returns the maximum amount that may be sent until a time. */
    long capacityUntil(long now, long until) {
        return minute == null ? Long.MAX_VALUE : minute.capacityUntil(now, until, guard.at(now));
    }

    /**
     * Records that Gemini refused a request for this limit. What Gemini counts beyond this ledger was sent by other
     * processes, or before the limit was known.
     *
     * @param limit the project's limit, as Gemini reports it
     * @param amount the amount that was taken for the request
     * @param takenAt when it was taken
     * @param roomAt when there is room again, as Gemini reports it
     * @return whether this shows for the first time that the configured limit is too high
     */
    boolean refused(int limit, long amount, long takenAt, long now, long roomAt) {
        if (takenAt <= learnedAt) {
            // It was sent before the limit was learned from another refusal.
            return false;
        }
        learnedAt = now;
        boolean tooLarge = amount > limit;
        boolean isSurprise = !tooLarge && minute != null && minute.limit() <= shareOf(limit);
        boolean isNews = !reported && configured != null && configured > limit;
        reported |= isNews;
        learned = limit;
        if (isSurprise) {
            guard.widen(now);
        }
        int effective = shareOf(configured == null ? limit : Math.min(configured, limit));
        RollingMinute before = minute == null ? new RollingMinute(effective, effective, kind.spread) : minute;
        if (tooLarge) {
            // The refusal says nothing about the usage of others.
            before.adjust(takenAt, -amount);
        }
        long missing = tooLarge ? 0 : Math.max(0, effective - before.used(now));
        // For tokens the guard is too wide to be added to the time that Gemini reports.
        long minuteBefore = RollingMinute.MINUTE + (kind == Kind.TOKENS ? guard.at(now) : 0);
        long from = Math.min(now, Math.max(now, roomAt) - minuteBefore);
        int highest = configured == null ? 0 : shareOf(configured);
        minute = before.with(effective, Math.max(effective, highest), missing, from, now);
        return isNews;
    }

    /** Forgets the limit that Gemini reported, but not what was sent under a configured one. */
    void forget() {
        learned = null;
        if (configured == null) {
            minute = null;
        } else {
            int effective = shareOf(configured);
            minute = minute == null
                    ? new RollingMinute(effective, effective, kind.spread)
                    : minute.with(effective, effective, 0, 0, 0);
        }
    }

    private int shareOf(int limit) {
        return partOf(limit, share);
    }

    /** Returns a share of a limit, at least 1. */
    public static int partOf(int limit, double share) {
        return (int) Math.max(1, Math.floor(limit * share + 1e-9));
    }

    /** Returns whether there is room, but requests are being spread over the minute. */
    boolean isSpreading(long now, long amount) {
        return minute != null && minute.isSpreading(now, guard.at(now), amount);
    }

    /** Describes the limit and its origin. */
    String inWords() {
        boolean byConfiguration = configured != null && (learned == null || configured <= learned);
        return "limit " + limit() + ", " + (byConfiguration ? "configured" : "learned from Gemini");
    }
}
