package io.github.geminipool.internal.allowance;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.books.ReplicaLedger;
import io.github.geminipool.internal.books.ReplicaLedgers;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.quota.AliasLedgers;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.quota.Ledger;
import io.github.geminipool.internal.quota.LocalLedger;
import io.github.geminipool.internal.quota.TokenEstimate;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.stats.QuotaUsage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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
    private final AliasLedgers aliases;

    /** Null unless replicas share the quotas. */
    private final @Nullable ReplicaLedgers replicas;

    private final PoolClock clock;
    private List<? extends QuotaKey> keys;

    /** Whether the model has quotas: calls without a model have none, and unknown models share none. */
    private final boolean isLimited;

    private final TokenEstimate estimate = new TokenEstimate();

    private final RefusalLessons lessons;

    /** By project. */
    private final Map<String, Ledger> ledgers = new LinkedHashMap<>();

    /** Whether any limit is known; read without the lock, too. */
    private volatile boolean isAnyKnown;

    /** Whether any token limit is known; read without the lock. */
    private volatile boolean countsTokens;

    /** The smallest known limit of tokens per minute; a prompt below it is never too large. */
    private int smallestTokenLimit = Integer.MAX_VALUE;

    public ProjectQuotas(
            String model,
            boolean isLimited,
            List<? extends QuotaKey> keys,
            BiFunction<Project, String, Limits> limits,
            AliasLedgers aliases,
            @Nullable ReplicaLedgers replicas,
            PoolClock clock) {
        this.model = model;
        this.isLimited = isLimited;
        this.keys = keys;
        this.limits = limits;
        this.aliases = aliases;
        this.replicas = replicas;
        this.clock = clock;
        this.lessons = new RefusalLessons(model, clock);
        assignLedgers();
    }

    private void assignLedgers() {
        if (!isLimited) {
            return;
        }
        ledgers.replaceAll(this::renewed);
        for (QuotaKey key : keys) {
            Limits limits = limitsOf(key.project());
            if (key.ledger() == null && isKnown(limits)) {
                ledgers.computeIfAbsent(key.project().name(), project -> ledger(project, limits));
            }
            key.ledger(ledgers.get(key.project().name()));
        }
        isAnyKnown = !ledgers.isEmpty();
        limitsChanged();
    }

    /** Takes over a new list of keys. Ledgers are kept, for a while even those of projects that lost their last key. */
    public void keysChanged(List<? extends QuotaKey> newKeys) {
        keys = newKeys;
        Set<String> present = new HashSet<>();
        keys.forEach(key -> present.add(key.project().name()));
        Iterator<Map.Entry<String, Ledger>> projects = ledgers.entrySet().iterator();
        int gone = ledgers.size() - present.size();
        while (projects.hasNext()) {
            Map.Entry<String, Ledger> project = projects.next();
            if (!present.contains(project.getKey())) {
                boolean isRemoved = gone > MAX_KEYLESS_PROJECTS;
                withoutKeys(project.getValue(), isRemoved);
                if (isRemoved) {
                    projects.remove();
                    gone--;
                }
            }
        }
        assignLedgers();
    }

    private void withoutKeys(Ledger ledger, boolean isRemoved) {
        if (replicas != null && ledger instanceof ReplicaLedger shared) {
            if (isRemoved) {
                replicas.retire(shared);
            } else {
                replicas.withoutKeys(shared);
            }
        }
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

    private Ledger ledger(String project, Limits limits) {
        if (replicas != null) {
            return replicas.ledger(project, limits, estimate);
        }
        LocalLedger own = new LocalLedger(limits, estimate, clock::instantAt);
        return aliases.isShared(model) ? aliases.of(project, model, own) : own;
    }

    /** Returns the ledger of the model that Gemini names; the pool's model may be an alias of it. */
    private Ledger ofModel(String project, String named, Ledger current) {
        if (current instanceof LocalLedger own) {
            return aliases.of(project, named, own);
        }
        return replicas != null && current instanceof ReplicaLedger own ? replicas.learned(own, named) : current;
    }

    /** Returns the ledger to use in place of one, as the model may turn out to have other names. */
    private Ledger renewed(String project, Ledger current) {
        if (current instanceof LocalLedger own) {
            return aliases.isShared(model) ? aliases.of(project, model, own) : own;
        }
        return replicas != null && current instanceof ReplicaLedger own ? replicas.renamed(own) : current;
    }

    /** Returns the ledgers of the projects if replicas share the quotas; null if not. */
    public @Nullable ReplicaLedgers replicas() {
        return replicas;
    }

    /** Returns a project's ledger. If a refusal names the model of its quota, aliases of that model share one ledger. */
    private Ledger ledgerFor(QuotaUse lease, List<ExceededQuota> exceeded) {
        QuotaKey leased = lease.key();
        Project project = leased.project();
        Ledger current = leased.ledger() == null ? ledger(project.name(), limitsOf(project)) : leased.ledger();
        Ledger ledger = current;
        for (ExceededQuota quota : exceeded) {
            if (quota.model() != null) {
                ledger = ofModel(project.name(), quota.model(), current);
            }
        }
        if (ledger != leased.ledger()) {
            assign(project, ledger);
        }
        return ledger;
    }

    private void assign(Project project, Ledger ledger) {
        isAnyKnown = true;
        ledgers.put(project.name(), ledger);
        for (QuotaKey key : keys) {
            if (key.project().name().equals(project.name())) {
                key.ledger(ledger);
            }
        }
    }

    /** Updates what is derived from the ledgers' limits. */
    public void limitsChanged() {
        int smallest = Integer.MAX_VALUE;
        boolean any = false;
        for (QuotaKey key : keys) {
            int limit = key.ledger() == null ? 0 : key.ledger().tokenLimit();
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

    /** Returns the size of a demand with the tokens to reserve for it. */
    public long reserve(Demand demand) {
        return demand.size(
                demand.tokens() == 0 || !demand.isEstimated() ? demand.tokens() : estimate.most(demand.tokens()));
    }

    /** Returns whether a demand exceeds the known limits per minute or day of every project that a filter accepts. */
    public boolean isTooLarge(Demand demand, Predicate<KeyHealth> filter) {
        long least = demand.tokens() == 0 || !demand.isEstimated() ? demand.tokens() : estimate.least(demand.tokens());
        if (least <= smallestTokenLimit && (demand.requests() <= 1 || !isAnyKnown)) {
            return false;
        }
        boolean any = false;
        for (QuotaKey key : keys) {
            if (filter.test(key.health())) {
                if (key.ledger() == null || isAdmitted(key.ledger(), least, demand.requests(), false, false)) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    /** Returns whether a ledger's limits admit a demand; an unknown limit counts as admitting it, unless limits must be known. */
    private static boolean isAdmitted(
            Ledger ledger, long tokens, int requests, boolean tokensKnown, boolean requestsKnown) {
        int tokenLimit = ledger.tokenLimit();
        int requestLimit = requests <= 1 ? requests : ledger.requestLimit();
        return (tokenLimit == 0 ? !tokensKnown : tokens <= tokenLimit)
                && (requestLimit == 0 ? !requestsKnown : requests <= requestLimit);
    }

    /** Returns whether a demand was refused for its size alone, not for what was sent before it. */
    public boolean isTooLargeFor(List<ExceededQuota> exceeded, Demand demand) {
        return hasTooManyTokens(exceeded, demand) || hasTooManyRequests(exceeded, demand);
    }

    private boolean hasTooManyTokens(List<ExceededQuota> exceeded, Demand demand) {
        return exceeded.stream()
                .anyMatch(quota -> quota.unit() == ExceededQuota.Unit.TOKENS_PER_MINUTE
                        && estimate.least(demand.tokens()) > quota.limit());
    }

    private static boolean hasTooManyRequests(List<ExceededQuota> exceeded, Demand demand) {
        return demand.requests() > 1
                && exceeded.stream()
                        .anyMatch(quota -> quota.unit() != ExceededQuota.Unit.TOKENS_PER_MINUTE
                                && demand.requests() > quota.limit());
    }

    /** Returns the projects whose limits are not known to be large enough for a demand, in the quotas that it exceeded. */
    public List<Scope> notKnownToAdmit(Demand demand, List<ExceededQuota> exceeded, String ofModel) {
        long least = estimate.least(demand.tokens());
        boolean byTokens = hasTooManyTokens(exceeded, demand);
        boolean byRequests = hasTooManyRequests(exceeded, demand);
        List<Scope> scopes = new ArrayList<>();
        for (QuotaKey key : keys) {
            if (key.ledger() == null || !isAdmitted(key.ledger(), least, demand.requests(), byTokens, byRequests)) {
                scopes.add(new Scope.ProjectModel(key.project().name(), ofModel));
            }
        }
        return scopes;
    }

    /** Returns the largest known limits among the keys that a filter accepts; 0 where none is known. */
    public Demand largestLimits(Predicate<KeyHealth> filter) {
        int requests = 0;
        int tokens = 0;
        for (QuotaKey key : keys) {
            if (key.ledger() != null && filter.test(key.health())) {
                requests = Math.max(requests, key.ledger().requestLimit());
                tokens = Math.max(tokens, key.ledger().tokenLimit());
            }
        }
        return new Demand(requests, tokens, true);
    }

    /**
     * Refunds the quota of a lease that sent nothing.
     *
     * @return whether a waiting request may now be served
     */
    public boolean refund(QuotaUse lease) {
        Ledger ledger = lease.key().ledger();
        return lease.demand().isCounted() && ledger != null && ledger.refund(lease.takenNanos(), lease.reserved());
    }

    /** Moves the quota that a lease took forward to the time when its request was sent. */
    public void postpone(QuotaUse lease, long nanos) {
        Ledger ledger = lease.key().ledger();
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
    public boolean settle(QuotaUse lease, long counted) {
        Ledger ledger = lease.key().ledger();
        if (counted < 0 || !lease.demand().isCounted()) {
            return false;
        }
        if (lease.demand().isEstimated()) {
            estimate.learn(lease.demand().tokens(), counted);
        }
        return ledger != null && ledger.settle(lease.takenNanos(), lease.reserved(), counted);
    }

    /**
     * Forecasts when the last of the waiting requests can be sent at the earliest.
     *
     * @param requests the requests of all of them, the last one included
     * @param tokens the tokens of all of them, the last one included; 0 if tokens are not counted
     * @param until the forecast is not refined before this time
     * @return a time; {@code until} or earlier if all of them can be sent by then, as far as is known
     */
    public long turnOf(Predicate<KeyHealth> filter, long requests, long tokens, long now, long until) {
        return isAnyKnown ? new TurnForecast(keys, filter, requests, tokens, now).turn(until) : until;
    }

    /** Learns from a refusal: limits, and whether others use the project. */
    public Lessons learn(QuotaUse lease, List<ExceededQuota> exceeded, Failure failure, long now) {
        if (!isLimited || !lease.demand().isCounted()) {
            return Lessons.NONE;
        }
        Ledger before = lease.key().ledger();
        Ledger ledger = ledgerFor(lease, exceeded);
        Double share = limitsOf(lease.key().project()).share();
        boolean isShareOfOthers = share != null && share < 1;
        boolean expectsOthers = before != ledger || isShareOfOthers || isTooLargeFor(exceeded, lease.demand());
        Lessons lessons = this.lessons.learn(lease, ledger, exceeded, failure, expectsOthers, now);
        limitsChanged();
        return lessons;
    }

    /** Returns the known limits of the projects that have keys, and their usage. */
    public List<QuotaUsage> usage(long now) {
        if (!isAnyKnown) {
            return List.of();
        }
        Set<String> seen = new HashSet<>();
        List<QuotaUsage> usage = new ArrayList<>();
        for (QuotaKey key : keys) {
            String project = key.project().name();
            if (key.ledger() != null && seen.add(project)) {
                usage.addAll(key.ledger().usage(project, now));
            }
        }
        return lessons.addForeignTo(usage, now);
    }

    /** Forgets all learned limits and usage. */
    public void forget() {
        for (QuotaKey key : keys) {
            if (key.ledger() != null) {
                key.ledger().forget();
            }
        }
        limitsChanged();
    }
}
