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
 * The ledgers of all projects for one model. Keys of one project share a ledger; a project without a known limit has none.
 * Guarded by the model pool's lock.
 */
public final class ProjectQuotas {

    private static final long MINUTE = 60_000_000_000L;

    /** Maximum delay between taking and sending a request; a longer one counts as this long. */
    private static final long MAX_DELAY = 10 * MINUTE;

    /** Maximum number of ledgers kept for projects that no longer have a key. */
    private static final int MAX_KEYLESS_PROJECTS = 100;

    private final String model;
    private final BiFunction<Project, String, Limits> limits;
    private final SharedLedgers shared;
    private final PoolClock clock;
    private List<ModelKey> keys;

    /** Whether the model has quotas: calls without a model have none, and unknown models share none. */
    private final boolean isLimited;

    private final TokenEstimate estimate = new TokenEstimate();

    /** By project. */
    private final Map<String, Ledger> ledgers = new LinkedHashMap<>();

    private boolean isAnyKnown;

    /** Whether any token limit is known; read without the lock. */
    private volatile boolean countsTokens;

    /** The smallest known limit of tokens per minute; no smaller prompt is too large. */
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
        assignLedgers();
    }

    private void assignLedgers() {
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
        updateTokenLimits();
    }

    /** Takes over a new list of keys. Ledgers stay, for a while also those of projects that lost their last key. */
    public void keysChanged(List<ModelKey> newKeys) {
        keys = newKeys;
        Set<String> present = new HashSet<>();
        keys.forEach(key -> present.add(key.project().name()));
        Iterator<String> projects = ledgers.keySet().iterator();
        int gone = ledgers.size() - present.size();
        while (projects.hasNext() && gone > MAX_KEYLESS_PROJECTS) {
            if (!present.contains(projects.next())) {
                projects.remove();
                gone--;
            }
        }
        assignLedgers();
    }

    private Limits limitsOf(Project project) {
        return limits.apply(project, model);
    }

    private static boolean isKnown(Limits limits) {
        return limits.requestsPerMinute() != null
                || limits.tokensPerMinute() != null
                || limits.requestsPerDay() != null;
    }

    /** Returns whether a limit is known for any project. */
    public boolean isAnyKnown() {
        return isAnyKnown;
    }

    private Ledger ledger(Limits limits) {
        return new Ledger(limits, estimate, clock::instantAt);
    }

    /** Returns a project's ledger. If a refusal names the model of its quota, aliases of that model share one ledger. */
    private Ledger ledgerFor(Reservation lease, List<ExceededQuota> exceeded) {
        ModelKey leased = lease.key();
        Project project = leased.project();
        Ledger current = leased.ledger == null ? ledger(limitsOf(project)) : leased.ledger;
        Ledger ledger = current;
        for (ExceededQuota quota : exceeded) {
            if (quota.model() != null) {
                ledger = shared.of(project.name(), quota.model(), current);
            }
        }
        if (ledger != leased.ledger) {
            assign(project, ledger);
        }
        return ledger;
    }

    private void assign(Project project, Ledger ledger) {
        isAnyKnown = true;
        ledgers.put(project.name(), ledger);
        for (ModelKey key : keys) {
            if (key.project().name().equals(project.name())) {
                key.ledger = ledger;
            }
        }
    }

    private void updateTokenLimits() {
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

    /** Returns whether any token limit is known, so that the tokens of prompts must be estimated. */
    public boolean countsTokens() {
        return countsTokens;
    }

    /** Returns the tokens to reserve for a demand; -1 if it takes no quota. */
    public long reserve(Demand demand) {
        if (!demand.isCounted()) {
            return -1;
        }
        return demand.tokens() == 0 ? 0 : estimate.most(demand.tokens());
    }

    /** Returns whether a prompt exceeds the known limit of tokens per minute of every project that a filter accepts. */
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

    /** Returns whether a request was refused for its size alone, whatever was sent before it. */
    public boolean isTooLargeFor(List<ExceededQuota> exceeded, long tokens) {
        return exceeded.stream()
                .anyMatch(quota ->
                        quota.unit() == ExceededQuota.Unit.TOKENS_PER_MINUTE && estimate.least(tokens) > quota.limit());
    }

    /** Returns the projects not known to have a token limit large enough for a prompt. */
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

    /** Returns the largest known limit of tokens per minute among the keys that a filter accepts; 0 if none is known. */
    public int largestTokenLimit(KeyFilter filter) {
        int largest = 0;
        for (ModelKey key : keys) {
            if (key.ledger != null && filter.accepts(key.health())) {
                largest = Math.max(largest, key.ledger.tokenLimit());
            }
        }
        return largest;
    }

    /**
     * Refunds the quota of a lease that sent nothing.
     *
     * @return whether a waiting request may now be served
     */
    public boolean refund(Reservation lease) {
        Ledger ledger = lease.key().ledger;
        return lease.demand().isCounted() && ledger != null && ledger.refund(lease.takenNanos(), lease.reserved());
    }

    /** Moves the quota that a lease took to the time when its request was sent. */
    public void postpone(Reservation lease, long nanos) {
        Ledger ledger = lease.key().ledger;
        if (ledger != null) {
            long before = lease.takenNanos();
            lease.takenAt(Math.min(nanos, before + MAX_DELAY));
            ledger.postpone(before, lease.takenNanos(), lease.reserved());
        }
    }

    /**
     * Replaces the tokens that a lease reserved by those that Gemini counted.
     *
     * @param counted the tokens of the prompt; -1 if unknown
     * @return whether a waiting request may now be served
     */
    public boolean settle(Reservation lease, long counted) {
        Ledger ledger = lease.key().ledger;
        if (counted < 0 || !lease.demand().isCounted()) {
            return false;
        }
        estimate.learn(lease.demand().tokens(), counted);
        return ledger != null && ledger.settle(lease.takenNanos(), lease.reserved(), counted);
    }

    /**
     * Forecasts when the last of the waiting requests can be sent at the earliest.
     *
     * @param ahead the number of requests before it
     * @param tokens the tokens of all of them, the last one included; 0 if tokens are not counted
     * @param until the time of interest: the forecast is not refined before it
     * @return a time; {@code until} or earlier if all of them can be sent by then, as far as is known
     */
    public long turnOf(KeyFilter filter, long ahead, long tokens, long now, long until) {
        return isAnyKnown ? new TurnForecast(keys, filter, ahead, tokens, now).turn(until) : until;
    }

    /** Learns limits from a refusal; returns a message for each configured limit newly found to be too high. */
    public List<String> learn(Reservation lease, List<ExceededQuota> exceeded, Failure failure, long now) {
        if (!isLimited || !lease.demand().isCounted()) {
            return List.of();
        }
        Ledger ledger = ledgerFor(lease, exceeded);
        List<String> tooHigh = new ArrayList<>(0);
        for (ExceededQuota quota : exceeded) {
            if (showsWrongLimit(ledger, quota, lease, roomAt(failure, now), now)) {
                tooHigh.add("The limit of " + quota.unit() + " configured for " + failure.scope()
                        + " is higher than Gemini's, which is " + quota.limit());
            }
        }
        updateTokenLimits();
        return tooHigh;
    }

    private static boolean showsWrongLimit(
            Ledger ledger, ExceededQuota quota, Reservation lease, long roomAt, long now) {
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

    /** Returns the known limits of the projects that have keys, and their usage. */
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

    /** Forgets all learned limits and usage. */
    public void forget() {
        for (ModelKey key : keys) {
            if (key.ledger != null) {
                key.ledger.forget();
            }
        }
        updateTokenLimits();
    }
}
