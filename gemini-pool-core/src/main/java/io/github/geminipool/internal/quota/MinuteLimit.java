package io.github.geminipool.internal.quota;

import io.github.geminipool.stats.QuotaUsage;
import org.jspecify.annotations.Nullable;

/**
 * A limit of sixty seconds, of requests or of tokens: what is configured, what Gemini said, and what was sent under it.
 * Not thread-safe.
 */
final class MinuteLimit {

    /** What Gemini said is doubted when it has not said so again for so long: limits are raised, too. */
    private static final long BELIEVED = 3_600_000_000_000L;

    /** What is limited, and how it is kept. */
    enum Kind {
        REQUESTS(Guard.NARROWEST, 0.97),
        /** Prompts are few and large: each surprise weighs more, and a distance after a large one leaves more unused. */
        TOKENS(8 * Guard.NARROWEST, 0.2);

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

    MinuteLimit(Kind kind, @Nullable Integer configured, double share) {
        this.kind = kind;
        this.guard = new Guard(kind.guard);
        this.configured = configured;
        this.share = share;
        forget();
    }

    /** When so much more may be sent: now, or later. More than the limit may be sent where nothing else was. */
    long nextSlot(long now, long amount) {
        if (learned != null && now - learnedAt >= BELIEVED) {
            forget();
        }
        return minute == null ? now : minute.nextSlot(now, guard.at(now), amount);
    }

    void take(long now, long amount) {
        if (minute != null) {
            minute.add(now, amount);
        }
    }

    /** What was taken at a time was more, or less. Returns whether it was still known. */
    boolean adjust(long at, long difference) {
        return minute != null && minute.adjust(at, difference);
    }

    /** The limit of this pool; 0 where none is known. */
    int limit() {
        return minute == null ? 0 : minute.limit();
    }

    /** How much of it may be sent now, from 0 to 1. */
    double left(long now) {
        return minute == null ? 1 : 1 - (double) minute.used(now) / minute.limit();
    }

    /** What is known of it, and what was used. */
    QuotaUsage usage(String project, QuotaUsage.Unit unit, long now) {
        boolean byRefusal = learned != null && (configured == null || learned < configured);
        return new QuotaUsage(project, unit, limit(), minute == null ? 0 : minute.used(now), byRefusal);
    }

    /** How much more could be sent until a time at the most. */
    long capacityUntil(long now, long until) {
        return minute == null ? Long.MAX_VALUE : minute.capacityUntil(now, until, guard.at(now));
    }

    /**
     * Gemini refused a request for this limit. What it counts and these books do not was sent by somebody else, or before
     * the limit was known.
     *
     * @param limit of the project, as Gemini says
     * @param amount what the request was believed to need
     * @param takenAt when it was taken
     * @param roomAt when there is room again, as Gemini says
     * @return whether a configured limit is the first time found to be too high
     */
    boolean refused(int limit, long amount, long takenAt, long now, long roomAt) {
        if (takenAt <= learnedAt) {
            // It was under way when others were refused.
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
            // It says nothing of what others sent.
            before.adjust(takenAt, -amount);
        }
        long missing = tooLarge ? 0 : Math.max(0, effective - before.used(now));
        // The guard of tokens is too wide to be added to what Gemini says of the time.
        long minuteBefore = RollingMinute.MINUTE + (kind == Kind.TOKENS ? guard.at(now) : 0);
        long from = Math.min(now, Math.max(now, roomAt) - minuteBefore);
        int highest = configured == null ? 0 : shareOf(configured);
        minute = before.with(effective, Math.max(effective, highest), missing, from, now);
        return isNews;
    }

    /** Forgets what Gemini said, but not what was sent under a configured limit. */
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

    /** The part of a limit that a share is, at least 1. */
    static int partOf(int limit, double share) {
        return (int) Math.max(1, Math.floor(limit * share + 1e-9));
    }

    /** Whether there would be room, but what is sent next keeps its distance. */
    boolean isSpreading(long now, long amount) {
        return minute != null && minute.isSpreading(now, guard.at(now), amount);
    }

    /** Where the limit is from, in words. */
    String inWords() {
        boolean byConfiguration = configured != null && (learned == null || configured <= learned);
        return "limit " + limit() + ", " + (byConfiguration ? "configured" : "learned from Gemini");
    }
}
