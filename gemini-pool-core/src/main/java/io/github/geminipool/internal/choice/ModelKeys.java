package io.github.geminipool.internal.choice;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.Outage;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.stats.KeyDecision;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a pool as candidates for one model: which one serves a request now, or when one can. Guarded by the model
 * pool's lock.
 */
public final class ModelKeys {

    private final String model;
    private final KeySelection selection;
    private final Exclusions exclusions;
    private final Outage outage;
    private final SafeScore score;
    private final ScoringTime time = new ScoringTime();
    private final Latency latency = new Latency();
    private final ProjectQuotas quotas;
    private List<ModelKey> keys;
    private TierKeys[] tiers;

    /** Created for the first request that needs it; most pools never do. */
    private @Nullable NamedKeys named;

    private long releasesSeen;
    private long uses;

    ModelKeys(String model, boolean hasQuotas, Outage outage, KeySelection selection) {
        this.model = model;
        this.selection = selection;
        this.exclusions = selection.exclusions();
        this.outage = outage;
        this.score = new SafeScore(selection.strategy());
        this.releasesSeen = exclusions.releaseVersion().current();
        this.keys = candidates(selection.keys().keys(), List.of());
        this.tiers = tiersOf(keys);
        this.quotas =
                new ProjectQuotas(model, hasQuotas, keys, selection.limits(), selection.ledgers(), selection.clock());
    }

    /** Returns the candidates for keys; candidates of keys that stay keep their state. */
    private List<ModelKey> candidates(List<KeyHealth> ring, List<ModelKey> before) {
        Map<KeyHealth, ModelKey> present = new HashMap<>();
        BitSet numbers = new BitSet();
        for (ModelKey key : before) {
            present.put(key.health(), key);
            // The number of a key that leaves is free from the next change on: its instances are bound to others by
            // then.
            numbers.set(key.number());
        }
        List<ModelKey> candidates = new ArrayList<>(ring.size());
        int free = -1;
        for (KeyHealth key : ring) {
            ModelKey candidate = present.get(key);
            if (candidate == null) {
                free = numbers.nextClearBit(free + 1);
                candidate = candidate(free, key);
            }
            candidates.add(candidate);
        }
        return List.copyOf(candidates);
    }

    private ModelKey candidate(int number, KeyHealth key) {
        Scope.ProjectModel projectModel = new Scope.ProjectModel(key.project().name(), model);
        return new ModelKey(
                number,
                key,
                projectModel,
                latency,
                time,
                key.ownCell(),
                key.projectCell(),
                key.billingCell(),
                exclusions.cell(projectModel),
                outage.cell(),
                exclusions.cell(new Scope.Egress()));
    }

    private TierKeys[] tiersOf(List<ModelKey> all) {
        Map<Integer, List<ModelKey>> byTier = new TreeMap<>();
        for (ModelKey key : all) {
            byTier.computeIfAbsent(key.tier(), tier -> new ArrayList<>()).add(key);
        }
        return byTier.values().stream()
                .map(tier -> new TierKeys(tier, score, selection.random(), time))
                .toArray(TierKeys[]::new);
    }

    /** Takes over the current keys of the pool. */
    public void keysChanged() {
        keys = candidates(selection.keys().keys(), keys);
        tiers = tiersOf(keys);
        named = null;
        quotas.keysChanged(keys);
    }

    /** Returns the candidates in the order of the pool's keys. */
    public List<ModelKey> all() {
        return keys;
    }

    /** Returns an exclusive upper bound of the candidates' numbers. */
    public int numberLimit() {
        int limit = 0;
        for (ModelKey key : keys) {
            limit = Math.max(limit, key.number() + 1);
        }
        return limit;
    }

    public ProjectQuotas quotas() {
        return quotas;
    }

    /**
     * Returns the best key for a request, or when one becomes available.
     *
     * @param tokens the tokens to reserve; less than 0 for a request that takes no quota
     */
    public Availability look(KeyFilter filter, long tokens, long nowNanos) {
        moveTo(nowNanos);
        ModelKey key = choose(filter, tokens);
        return key != null ? key : new NotNow(filter, nextUsable(filter, tokens), nowNanos);
    }

    /** Returns when a key that a filter accepts becomes available: now, later, or {@code PoolClock.NEVER}. */
    public long nextUsable(KeyFilter filter, long tokens, long nowNanos) {
        moveTo(nowNanos);
        return nextUsable(filter, tokens);
    }

    private void moveTo(long nowNanos) {
        time.moveTo(nowNanos, exclusions.exclusionVersion().current());
        long releases = exclusions.releaseVersion().current();
        if (releases != releasesSeen) {
            releasesSeen = releases;
            restoreAll();
        }
    }

    private void restoreAll() {
        for (TierKeys tier : tiers) {
            tier.restoreAll();
        }
    }

    private @Nullable ModelKey choose(KeyFilter filter, long tokens) {
        String preferred = filter.choice().preferredProject();
        ModelKey best = preferred == null ? null : named().chooseOf(preferred, filter, tokens);
        if (best != null) {
            return best;
        }
        return filter.namesKeys() ? named().choose(filter, tokens) : chooseOfTiers(filter, tokens);
    }

    private NamedKeys named() {
        if (named == null) {
            named = new NamedKeys(keys, score, time);
        }
        return named;
    }

    private @Nullable ModelKey chooseOfTiers(KeyFilter filter, long tokens) {
        ModelKey secondChoice = null;
        for (TierKeys tier : tiers) {
            ModelKey key = tier.choose(filter, tokens);
            if (key != null) {
                return key;
            }
            secondChoice = secondChoice == null ? tier.secondChoice() : secondChoice;
        }
        return secondChoice;
    }

    private long nextUsable(KeyFilter filter, long tokens) {
        if (filter.namesKeys()) {
            return named().nextUsable(filter, tokens);
        }
        long next = PoolClock.NEVER;
        for (TierKeys tier : tiers) {
            next = Math.min(next, tier.nextUsable(filter, tokens));
        }
        return next;
    }

    private final class NotNow implements Availability.Later {

        private final KeyFilter filter;
        private final long atNanos;
        private final long nowNanos;

        NotNow(KeyFilter filter, long atNanos, long nowNanos) {
            this.filter = filter;
            this.atNanos = atNanos;
            this.nowNanos = nowNanos;
        }

        @Override
        public long atNanos() {
            return atNanos;
        }

        @Override
        public boolean mayEndAnyMoment() {
            return exclusions.areProbed()
                    && keys.stream().anyMatch(key -> key.isProbed(nowNanos) && filter.accepts(key.health()));
        }

        @Override
        public @Nullable Failure fallBackFor() {
            return ModelKeys.this.fallBackFor(filter, nowNanos);
        }
    }

    /**
     * Returns the failure for which a call should fall back to another model; null if that would not help. The call's
     * earlier rejections do not count: what was rejected then may be tried again.
     */
    public @Nullable Failure fallBackFor(KeyFilter filter, long nowNanos) {
        Failure overload = overload(nowNanos);
        return overload != null ? overload : curedByAnotherModel(filter.afresh(), nowNanos);
    }

    /** Returns the overload for which no key may be used for the model; null if there is none. */
    public @Nullable Failure overload(long nowNanos) {
        return curedByAnotherModel(outage.cell().at(nowNanos));
    }

    private @Nullable Failure curedByAnotherModel(KeyFilter filter, long nowNanos) {
        for (ModelKey key : keys) {
            Failure failure = curedByAnotherModel(key.exclusion(nowNanos));
            if (failure != null && filter.accepts(key.health())) {
                return failure;
            }
        }
        return null;
    }

    private static @Nullable Failure curedByAnotherModel(@Nullable Exclusion exclusion) {
        Failure failure = exclusion == null ? null : exclusion.failure();
        return failure != null && failure.kind().isCuredByAnotherModel() ? failure : null;
    }

    /** Explains the choice of a key that {@link #look} has just made. */
    public KeyDecision explain(KeyFilter filter, long tokens, ModelKey chosen) {
        return new Explanation(filter, tokens, score, selection.clock(), time.nanos()).of(model, chosen, keys);
    }

    /** Begins the probes that the next attempt with a key has to make; null if another attempt makes one of them. */
    public @Nullable List<ExclusionCell> beginProbes(ModelKey key, long nowNanos) {
        return key.beginProbes(nowNanos, exclusions.exclusionVersion().current());
    }

    /** Records a lease, granted at the time of the last look. */
    public void granted(Reservation reservation) {
        ModelKey key = reservation.key();
        key.granted(++uses);
        if (key.ledger != null && reservation.reserved() >= 0) {
            key.ledger.take(reservation.takenNanos(), reservation.reserved());
        }
    }

    /** Records a lease for a probe, which takes no quota. */
    public void probeGranted(ModelKey key, long nowNanos) {
        moveTo(nowNanos);
        key.granted(++uses);
    }

    /** Records the end of an attempt that succeeded or failed, or was never made. */
    public void released(ModelKey key, boolean success, long elapsedNanos) {
        key.released(success, elapsedNanos);
        if (success) {
            latency.add(elapsedNanos);
        }
    }

    /**
     * Settles the reservation of an attempt.
     *
     * @param sent whether any part of the request may have reached Gemini
     * @param counted the tokens of the prompt as Gemini counted them; -1 if unknown
     */
    public void settle(Reservation reservation, boolean sent, long counted) {
        if (!sent) {
            if (quotas.refund(reservation)) {
                restoreAll();
            }
        } else if (quotas.settle(reservation, counted)) {
            for (TierKeys tier : tiers) {
                tier.restore(reservation.key());
            }
        }
    }

    /** Judges which keys have more than their share of the calls. */
    public void judgeShares(HealthSettings settings, long nowNanos) {
        moveTo(nowNanos);
        for (TierKeys tier : tiers) {
            tier.judgeShares(settings);
        }
    }

    /** Resets the use of the keys and all that was learned of their quotas. */
    public void reset() {
        keys.forEach(ModelKey::reset);
        quotas.forget();
        restoreAll();
        latency.reset();
        uses = 0;
    }

    /** Returns the candidate of a key; null if there is none. */
    public @Nullable ModelKey find(KeyHealth key) {
        for (ModelKey candidate : keys) {
            if (candidate.health() == key) {
                return candidate;
            }
        }
        return null;
    }

    /** Returns whether there is a key that a filter accepts, usable or not. */
    public boolean hasKeyFor(KeyFilter filter) {
        return keys.stream().anyMatch(key -> filter.accepts(key.health()));
    }

    /** Returns why keys that a filter accepts can't be used, by key name, up to a limit; usable keys are absent. */
    public Map<String, Exclusion> exclusions(KeyFilter filter, int limit, long nowNanos) {
        Map<String, Exclusion> excluded = new LinkedHashMap<>();
        for (int i = 0; i < keys.size() && excluded.size() < limit; i++) {
            ModelKey key = keys.get(i);
            Exclusion exclusion = key.exclusion(nowNanos);
            if (exclusion != null && filter.accepts(key.health())) {
                excluded.put(key.keyName(), exclusion);
            }
        }
        return excluded;
    }

    /** Counts the projects among which a call may choose now, up to a limit. */
    public int projects(int limit, long nowNanos) {
        moveTo(nowNanos);
        for (TierKeys tier : tiers) {
            // A project that waits for its quota still counts.
            int count = quotas.isAnyKnown() ? tier.projectsThatWork(limit) : tier.projects(limit);
            if (count > 0) {
                return count;
            }
        }
        return 0;
    }

    /** Counts the projects with a key that no exclusion of the key, its project or its account concerns, up to a limit. */
    public int projectsLeft(int limit, long nowNanos) {
        Set<String> projects = new HashSet<>();
        for (int i = 0; i < keys.size() && projects.size() < limit; i++) {
            ModelKey key = keys.get(i);
            if (key.health().exclusion(nowNanos) == null) {
                projects.add(key.project().name());
            }
        }
        return projects.size();
    }
}
