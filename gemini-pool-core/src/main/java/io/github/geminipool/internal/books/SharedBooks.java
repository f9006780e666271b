package io.github.geminipool.internal.books;

import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.quota.MinuteLimit;
import io.github.geminipool.internal.quota.RollingMinute;
import io.github.geminipool.internal.quota.TokenEstimate;
import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.BookedQuota;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.stats.QuotaUsage;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The books that all replicas share, as of the store's last answer; before the first, as configured. Immutable.
 *
 * @param nextFreeNanos when a slot will be free; a past time if there is one
 * @param dayEndsNanos when the day of quotas ends; 0 if unknown
 * @param asOfNanos when the store reported them
 */
record SharedBooks(
        BookedQuota requests,
        BookedQuota tokens,
        BookedQuota day,
        long nextFreeNanos,
        long dayEndsNanos,
        long asOfNanos) {

    /**
     * How far ahead a replica takes its turns, in seconds. If it were further, a replica with little to do would wait long behind
     * the others.
     */
    private static final int HORIZON = 2;

    static SharedBooks configured(Limits limits) {
        double share = limits.share() == null ? 1 : limits.share();
        return new SharedBooks(
                unused(limits.requestsPerMinute(), share),
                unused(limits.tokensPerMinute(), share),
                unused(limits.requestsPerDay(), share),
                0,
                0,
                0);
    }

    private static BookedQuota unused(@Nullable Integer limit, double share) {
        return limit == null ? BookedQuota.UNKNOWN : new BookedQuota(MinuteLimit.partOf(limit, share), 0, false);
    }

    /**
     * Returns the limits that are smaller in the books than in this replica's configuration, because another replica has configured
     * them so.
     */
    List<DifferentLimits> smallerThan(Limits limits) {
        double share = limits.share() == null ? 1 : limits.share();
        return Stream.of(
                        smallerThan(SlotChange.Unit.REQUESTS_PER_MINUTE, limits.requestsPerMinute(), share, requests),
                        smallerThan(SlotChange.Unit.TOKENS_PER_MINUTE, limits.tokensPerMinute(), share, tokens),
                        smallerThan(SlotChange.Unit.REQUESTS_PER_DAY, limits.requestsPerDay(), share, day))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<DifferentLimits> smallerThan(
            SlotChange.Unit unit, @Nullable Integer limit, double share, BookedQuota agreed) {
        int own = limit == null ? 0 : MinuteLimit.partOf(limit, share);
        return agreed.isLearned() || agreed.limit() == 0 || agreed.limit() >= own
                ? Optional.empty()
                : Optional.of(new DifferentLimits(unit, own, agreed.limit()));
    }

    /** Returns limits without a share; where another replica has smaller ones, these. */
    Limits orSmaller(Limits limits) {
        return new Limits(
                smaller(limits.requestsPerMinute(), requests),
                smaller(limits.tokensPerMinute(), tokens),
                smaller(limits.requestsPerDay(), day),
                null);
    }

    private static @Nullable Integer smaller(@Nullable Integer limit, BookedQuota agreed) {
        if (agreed.limit() == 0) {
            return limit;
        }
        int smallest = limit == null ? agreed.limit() : Math.min(limit, agreed.limit());
        return smallest;
    }

    static SharedBooks of(Slots answer, long now) {
        return new SharedBooks(
                answer.requestsPerMinute(),
                answer.tokensPerMinute(),
                answer.requestsPerDay(),
                answer.nextFree().isZero() ? 0 : now + answer.nextFree().toNanos(),
                answer.dayEndsIn().isZero() ? 0 : now + answer.dayEndsIn().toNanos(),
                now);
    }

    /** Returns the maximum number of requests of one demand; 0 if no limit of requests is known. */
    int requestLimit() {
        if (requests.limit() == 0 || day.limit() == 0) {
            return Math.max(requests.limit(), day.limit());
        }
        return Math.min(requests.limit(), day.limit());
    }

    /** Returns these books as if they had a free slot. */
    SharedBooks withRoom() {
        return new SharedBooks(requests, tokens, day, 0, dayEndsNanos, asOfNanos);
    }

    /** Returns whether a demand of a size can be sent at any time, as far as is known. */
    boolean admits(long size, TokenEstimate estimate) {
        int count = Demand.requestsOf(size);
        int most = requestLimit();
        long reserved = Demand.tokensOf(size);
        int mostTokens = tokens.limit();
        boolean hasTooMany = mostTokens > 0 && reserved > mostTokens && estimate.leastOfReserved(reserved) > mostTokens;
        return !hasTooMany && (count <= 1 || most == 0 || count <= most);
    }

    /** Returns how many future slots one of several replicas may hold: its part of {@link #HORIZON}. */
    int turns(int replicas) {
        int perMinute = requests.limit() == 0 ? 60 : requests.limit();
        return Math.max(1, (int) ((long) HORIZON * perMinute / 60 / replicas));
    }

    /** Returns the unused part of the quota per minute, of requests or tokens, whichever is less. Use expires after a minute. */
    double left(long now) {
        double used = 1 - Math.min(requests.left(), tokens.left());
        return 1 - used * notPassed(now);
    }

    private double notPassed(long now) {
        return Math.max(0, 1 - (double) (now - asOfNanos) / RollingMinute.MINUTE);
    }

    boolean isDayUsedUp(long now) {
        return day.limit() > 0 && day.used() >= day.limit() && now < dayEndsNanos;
    }

    /** Returns how many of the day's requests are left. */
    long leftOfDay(long now) {
        return now < dayEndsNanos ? Math.max(0, day.limit() - day.used()) : day.limit();
    }

    /** Returns the most that may still be sent until a time if this replica gets all of it. */
    static long mostUntil(BookedQuota quota, long now, long until) {
        if (quota.limit() == 0) {
            return Long.MAX_VALUE;
        }
        long minutes = 1 + Math.max(0, until - now) / RollingMinute.MINUTE;
        return (1 + minutes) * quota.limit();
    }

    void addUsage(String project, long now, List<QuotaUsage> usage) {
        double part = notPassed(now);
        add(project, QuotaUsage.Unit.REQUESTS_PER_MINUTE, requests, part, usage);
        add(project, QuotaUsage.Unit.TOKENS_PER_MINUTE, tokens, part, usage);
        add(project, QuotaUsage.Unit.REQUESTS_PER_DAY, day, now < dayEndsNanos ? 1 : 0, usage);
    }

    private static void add(
            String project, QuotaUsage.Unit unit, BookedQuota quota, double part, List<QuotaUsage> usage) {
        if (quota.limit() > 0) {
            long used = Math.min(quota.limit(), Math.round(quota.used() * part));
            usage.add(new QuotaUsage(project, unit, quota.limit(), used, quota.isLearned()));
        }
    }

    /** Says which quota is used up. */
    String why(long now) {
        if (isDayUsedUp(now)) {
            return "the project's daily request quota is used up by all replicas together (" + inWords(day) + ")";
        }
        if (requests.left() <= tokens.left()) {
            return minute("request", requests);
        }
        return minute("token", tokens);
    }

    private static String minute(String unit, BookedQuota quota) {
        return quota.limit() == 0
                ? ""
                : "the replicas share the project's per-minute " + unit + " quota, and no more of it is free ("
                        + inWords(quota) + ")";
    }

    private static String inWords(BookedQuota quota) {
        return "limit " + quota.limit() + ", " + (quota.isLearned() ? "learned from Gemini" : "configured");
    }
}
