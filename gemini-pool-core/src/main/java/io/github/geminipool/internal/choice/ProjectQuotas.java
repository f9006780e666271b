package io.github.geminipool.internal.choice;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.quota.Ledger;
import io.github.geminipool.internal.quota.SharedLedgers;
import io.github.geminipool.internal.quota.TokenEstimate;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.stats.QuotaUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The ledgers of all projects for one model: keys of one project share one, and none has any as long as no limit is known.
 * Guarded by the model pool's lock.
 */
public final class ProjectQuotas {

    private static final long MINUTE = 60_000_000_000L;

    /** Beyond that a turn is not foreseen, and within so much it is. */
    private static final long LONGEST_FORECAST = 24 * 60 * MINUTE;

    private static final long FORECAST_STEP = 1_000_000_000L;

    /** A request that leaves later than that counts as if it had left then. */
    private static final long LONGEST_DELAY = 10 * MINUTE;

    /** The books of so many projects without a key are kept. */
    private static final int MOST_GONE = 100;

    private static final long UNLIMITED = Long.MAX_VALUE / 4;

    private final String model;
    private final BiFunction<Project, String, Limits> limits;
    private final SharedLedgers shared;
    private final PoolClock clock;
    private List<ModelKey> keys;

    /** Whether quotas hold for the model: what names none has none, and invented ones have nothing in common. */
    private final boolean isLimited;

    private final TokenEstimate estimate = new TokenEstimate();

    /** By project. */
    private final Map<String, Ledger> ledgers = new LinkedHashMap<>();

    private boolean isAnyKnown;

    /** Whether there is a limit of tokens; read without the lock. */
    private volatile boolean countsTokens;

    /** The least that a project may send of tokens in a minute; no prompt that is smaller is too large. */
    private int smallestTokenLimit = Integer.MAX_VALUE;

    public ProjectQuotas(
            String model,
            boolean isLimited,
            List<ModelKey> keys,
            BiFunction<Project, String, Limits> limits,
            SharedLedgers shared,
            PoolClock clock) {
        this.model = model;
        this.isLimited = isLimited;
        this.keys = keys;
        this.limits = limits;
        this.shared = shared;
        this.clock = clock;
        openBooks();
    }

    private void openBooks() {
        if (!isLimited) {
            return;
        }
        for (ModelKey key : keys) {
            Limits limits = limitsOf(key.project());
            if (key.ledger == null && isKnown(limits)) {
                ledgers.computeIfAbsent(key.project().name(), project -> ledger(limits));
            }
            key.ledger = ledgers.get(key.project().name());
        }
        isAnyKnown = !ledgers.isEmpty();
        lookAtTokenLimits();
    }

    /** The keys are others; what their projects have sent stays in the books, also of those that are gone for a while. */
    public void keysChanged(List<ModelKey> newKeys) {
        keys = newKeys;
        Set<String> present = new HashSet<>();
        keys.forEach(key -> present.add(key.project().name()));
        Iterator<String> projects = ledgers.keySet().iterator();
        int gone = ledgers.size() - present.size();
        while (projects.hasNext() && gone > MOST_GONE) {
            if (!present.contains(projects.next())) {
                projects.remove();
                gone--;
            }
        }
        openBooks();
    }

    private Limits limitsOf(Project project) {
        return limits.apply(project, model);
    }

    private static boolean isKnown(Limits limits) {
        return limits.requestsPerMinute() != null
                || limits.tokensPerMinute() != null
                || limits.requestsPerDay() != null;
    }

    /** Whether there is a limit for any project. */
    public boolean isAnyKnown() {
        return isAnyKnown;
    }

    private Ledger ledger(Limits limits) {
        return new Ledger(limits, estimate, clock::instantAt);
    }

    /** The books of a project; where a refusal names the model that they are kept for, they are those of all its names. */
    private Ledger books(Reservation lease, List<ExceededQuota> exceeded) {
        ModelKey of = lease.key();
        Project project = of.project();
        Ledger own = of.ledger == null ? ledger(limitsOf(project)) : of.ledger;
        Ledger books = own;
        for (ExceededQuota quota : exceeded) {
            if (quota.model() != null) {
                books = shared.of(project.name(), quota.model(), own);
            }
        }
        if (books != of.ledger) {
            isAnyKnown = true;
            ledgers.put(project.name(), books);
            for (ModelKey key : keys) {
                if (key.project().name().equals(project.name())) {
                    key.ledger = books;
                }
            }
        }
        return books;
    }

    private void lookAtTokenLimits() {
        int smallest = Integer.MAX_VALUE;
        boolean any = false;
        for (ModelKey key : keys) {
            int limit = key.ledger == null ? 0 : key.ledger.tokenLimit();
            any |= limit > 0;
            smallest = limit > 0 ? Math.min(smallest, limit) : smallest;
        }
        smallestTokenLimit = smallest;
        countsTokens = any;
    }

    /** Whether there is a limit of tokens, so that requests are to say how many they have. */
    public boolean countsTokens() {
        return countsTokens;
    }

    /** What to reserve of tokens for a demand; less than 0 for one that takes no quota. */
    public long reserve(Demand demand) {
        if (!demand.isCounted()) {
            return -1;
        }
        return demand.tokens() == 0 ? 0 : estimate.most(demand.tokens());
    }

    /** Whether a prompt has more tokens than any project that a filter accepts may send in a minute, as far as is known. */
    public boolean isTooLarge(Demand demand, KeyFilter filter) {
        long least = estimate.least(demand.tokens());
        if (least <= smallestTokenLimit) {
            return false;
        }
        boolean any = false;
        for (ModelKey key : keys) {
            if (filter.accepts(key.health())) {
                int limit = key.ledger == null ? 0 : key.ledger.tokenLimit();
                if (limit == 0 || least <= limit) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    /** Whether a request was refused for its size, and not for what was sent before it. */
    public boolean isTooLargeFor(List<ExceededQuota> exceeded, long tokens) {
        return exceeded.stream()
                .anyMatch(quota ->
                        quota.unit() == ExceededQuota.Unit.TOKENS_PER_MINUTE && estimate.least(tokens) > quota.limit());
    }

    /** The projects that are not known to have so large a limit of tokens as a prompt needs. */
    public List<Scope> notKnownToAdmit(long tokens, String ofModel) {
        long least = estimate.least(tokens);
        List<Scope> scopes = new ArrayList<>();
        for (ModelKey key : keys) {
            if (key.ledger == null || key.ledger.tokenLimit() < least) {
                scopes.add(new Scope.ProjectModel(key.project().name(), ofModel));
            }
        }
        return scopes;
    }

    /** The most tokens that any key which a filter accepts may send in a minute. */
    public int largestTokenLimit(KeyFilter filter) {
        int largest = 0;
        for (ModelKey key : keys) {
            if (key.ledger != null && filter.accepts(key.health())) {
                largest = Math.max(largest, key.ledger.tokenLimit());
            }
        }
        return largest;
    }

    /** Gives back what a lease took of its quota without sending anything; returns whether somebody may be glad of it. */
    public boolean refund(Reservation lease) {
        Ledger ledger = lease.key().ledger;
        return lease.demand().isCounted() && ledger != null && ledger.refund(lease.takenNanos(), lease.reserved());
    }

    /** Enters what a lease took for a later time. */
    public void postpone(Reservation lease, long nanos) {
        Ledger ledger = lease.key().ledger;
        if (ledger != null) {
            long before = lease.takenNanos();
            lease.takenAt(Math.min(nanos, before + LONGEST_DELAY));
            ledger.postpone(before, lease.takenNanos(), lease.reserved());
        }
    }

    /** Corrects what was reserved by what Gemini counted; returns whether somebody may be glad of it. */
    public boolean settle(Reservation lease, long counted) {
        Ledger ledger = lease.key().ledger;
        if (counted < 0 || !lease.demand().isCounted()) {
            return false;
        }
        estimate.learn(lease.demand().tokens(), counted);
        return ledger != null && ledger.settle(lease.takenNanos(), lease.reserved(), counted);
    }

    /**
     * How long those who wait would have to wait at least for one more to be sent after them.
     *
     * @param ahead how many requests go first
     * @param tokens how many tokens they and the last one have, 0 where nobody counts them
     * @return a time; no later than {@code until} if they may all be sent before that, as far as is known
     */
    public long turnOf(KeyFilter filter, long ahead, long tokens, long now, long until) {
        if (!isAnyKnown || canBeSent(filter, ahead, tokens, now, until)) {
            return until;
        }
        long tooEarly = until;
        long late = now + 2 * Math.max(MINUTE, until - now);
        while (late - now < LONGEST_FORECAST && !canBeSent(filter, ahead, tokens, now, late)) {
            tooEarly = late;
            late = now + 2 * (late - now);
        }
        while (late - tooEarly > FORECAST_STEP) {
            long middle = tooEarly + (late - tooEarly) / 2;
            if (canBeSent(filter, ahead, tokens, now, middle)) {
                late = middle;
            } else {
                tooEarly = middle;
            }
        }
        return late;
    }

    private boolean canBeSent(KeyFilter filter, long ahead, long tokens, long now, long until) {
        long requests = 0;
        long size = 0;
        Set<Ledger> seen = new HashSet<>();
        for (ModelKey key : keys) {
            Ledger ledger = key.ledger;
            if (!filter.accepts(key.health()) || (ledger != null && !seen.add(ledger))) {
                continue;
            }
            if (ledger == null) {
                return true;
            }
            requests = saturated(requests + Math.min(UNLIMITED, ledger.requestsUntil(now, until)));
            size = saturated(size + Math.min(UNLIMITED, ledger.tokensUntil(now, until)));
            if (requests > ahead && size >= tokens) {
                return true;
            }
        }
        // Without any key there is nothing to forecast.
        return seen.isEmpty();
    }

    private static long saturated(long sum) {
        return Math.min(UNLIMITED, sum);
    }

    /** Learns limits from a refusal; returns in words which configured ones are too high, each of them once. */
    public List<String> learn(Reservation lease, List<ExceededQuota> exceeded, Failure failure, long now) {
        if (!isLimited || !lease.demand().isCounted()) {
            return List.of();
        }
        Ledger ledger = books(lease, exceeded);
        List<String> tooHigh = new ArrayList<>(0);
        for (ExceededQuota quota : exceeded) {
            if (isNews(ledger, quota, lease, roomAt(failure, now), now)) {
                tooHigh.add("The limit of " + quota.unit() + " that is configured for " + failure.scope()
                        + " is higher than Gemini's, which is " + quota.limit());
            }
        }
        lookAtTokenLimits();
        return tooHigh;
    }

    private static boolean isNews(Ledger ledger, ExceededQuota quota, Reservation lease, long roomAt, long now) {
        return switch (quota.unit()) {
            case REQUESTS_PER_MINUTE -> ledger.refusedByMinute(quota.limit(), lease.takenNanos(), now, roomAt);
            case TOKENS_PER_MINUTE ->
                ledger.refusedByTokens(quota.limit(), lease.reserved(), lease.takenNanos(), now, roomAt);
            case REQUESTS_PER_DAY -> ledger.refusedByDay(quota.limit(), now);
        };
    }

    private long roomAt(Failure failure, long now) {
        Instant until = failure.kind() == FailureKind.RATE_LIMITED ? failure.until() : null;
        return until == null ? now + MINUTE : clock.nanosAt(until);
    }

    /** What is known of the limits of the projects that have keys, and what was used of them. */
    public List<QuotaUsage> usage(long now) {
        if (!isAnyKnown) {
            return List.of();
        }
        Set<String> seen = new HashSet<>();
        List<QuotaUsage> usage = new ArrayList<>();
        for (ModelKey key : keys) {
            String project = key.project().name();
            if (key.ledger != null && seen.add(project)) {
                usage.addAll(key.ledger.usage(project, now));
            }
        }
        return usage;
    }

    /** Forgets what was learned. */
    public void forget() {
        for (ModelKey key : keys) {
            if (key.ledger != null) {
                key.ledger.forget();
            }
        }
        lookAtTokenLimits();
    }
}
