package io.github.geminipool.internal.choice;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.allowance.ProjectQuotas;
import io.github.geminipool.internal.books.ReplicaLedger;
import io.github.geminipool.internal.books.ReplicaLedgers;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.Outage;
import io.github.geminipool.key.Use;
import io.github.geminipool.settings.HealthSettings;
import io.github.geminipool.stats.KeyDecision;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    private final FallbackReasons fallbacks;
    private final Candidates candidates;
    private final ScoringTime time = new ScoringTime();
    private final Latency latency = new Latency();
    private final ProjectQuotas quotas;
    private List<ModelKey> keys;
    private Tiers tiers;

    /** Created for the first request that needs it, which most pools never see. */
    private @Nullable NamedKeys named;

    private final Peers peers;
    private final TrialBudget trials = new TrialBudget();

    /** Whether anything is known about particular uses, so that requests must name theirs; read without the lock. */
    private volatile boolean usesDiffer;

    /** The use of most requests, which they need not name; read without the lock. */
    private volatile Use usual = time.usual();

    private volatile boolean hasAnswered;
    private boolean isUsed;
    private long releasesSeen;
    private long uses;

    ModelKeys(String model, int number, boolean hasQuotas, Outage outage, KeySelection selection) {
        this.model = model;
        this.selection = selection;
        this.exclusions = selection.exclusions();
        this.outage = outage;
        this.fallbacks = new FallbackReasons(outage);
        this.score = new SafeScore(selection.strategy());
        this.candidates =
                new Candidates(model, selection.exclusions(), selection.random(), outage, latency, time, score);
        this.peers = new Peers(selection.random());
        this.releasesSeen = exclusions.releaseVersion().current();
        this.keys = candidates.of(selection.keys().keys(), List.of());
        time.beginsAt(number % Math.max(1, keys.size()));
        this.tiers = candidates.tiersOf(keys);
        this.quotas = new ProjectQuotas(
                model,
                hasQuotas,
                keys,
                selection.limits(),
                selection.ledgers(),
                selection.sharing() == null ? null : new ReplicaLedgers(model, selection.sharing(), selection.clock()),
                selection.clock());
    }

    /** Adopts the current keys of the pool. */
    public void keysChanged() {
        keys = candidates.of(selection.keys().keys(), keys);
        tiers = candidates.tiersOf(keys);
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

    /** Returns the detector of the model's outages. */
    public Outage outage() {
        return outage;
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
        moveTo(filter, nowNanos);
        ModelKey key = choose(filter, tokens);
        return key != null
                ? key
                : new NotNow(
                        keys, exclusions, fallbacks, filter, nextUsable(filter, tokens), areSlotsAsked(), nowNanos);
    }

    /** Returns when a key that a filter accepts becomes available: now, later, or {@code PoolClock.NEVER}. */
    public long nextUsable(KeyFilter filter, long tokens, long nowNanos) {
        moveTo(filter, nowNanos);
        return nextUsable(filter, tokens);
    }

    private void moveTo(KeyFilter filter, long nowNanos) {
        moveTo(nowNanos);
        time.chooseFor(filter.use());
        // A call that has already failed should not try a key that may fail again.
        time.mayTry(filter.avoided().isEmpty() && trials.isAnyLeft(nowNanos));
    }

    private void moveTo(long nowNanos) {
        time.chooseFor(null);
        time.mayTry(true);
        time.moveTo(nowNanos, exclusions.exclusionVersion().current());
        long releases = exclusions.releaseVersion().current();
        if (releases != releasesSeen) {
            releasesSeen = releases;
            tiers.restoreAll();
        }
    }

    /** Returns whose books to ask for a slot for a request, judging by a sample of the keys; null if none may be asked. */
    public @Nullable SlotSource slotSource(KeyFilter filter, long deadlineNanos, long nowNanos) {
        moveTo(filter, nowNanos);
        SlotSearch search = new SlotSearch(filter, deadlineNanos, nowNanos, score);
        if (filter.namesKeys()) {
            named().forEachNamed(filter, search);
        } else {
            tiers.sample(search);
        }
        return search.found();
    }

    /** Returns whether a request may currently use the slots of a ledger. */
    public boolean mayUse(ReplicaLedger ledger, KeyFilter filter, long nowNanos) {
        moveTo(filter, nowNanos);
        for (ModelKey key : named().ofProject(ledger.project())) {
            if (key.ledger == ledger && filter.accepts(key.health()) && key.exclusionByFailure(nowNanos) == null) {
                return true;
            }
        }
        return false;
    }

    /** Makes the keys of a ledger's project candidates again, because the ledger has news from the store. */
    public void ledgerAnswered(ReplicaLedger ledger) {
        named().ofProject(ledger.project()).forEach(tiers::restore);
    }

    private @Nullable ModelKey choose(KeyFilter filter, long tokens) {
        String preferred = filter.choice().preferredProject();
        ModelKey best = preferred == null ? null : named().chooseOf(preferred, filter, tokens);
        if (best != null) {
            return best;
        }
        return filter.namesKeys() ? named().choose(filter, tokens) : tiers.choose(filter, tokens);
    }

    private NamedKeys named() {
        if (named == null) {
            named = new NamedKeys(keys, score, time);
        }
        return named;
    }

    private long nextUsable(KeyFilter filter, long tokens) {
        return filter.namesKeys() ? named().nextUsable(filter, tokens) : tiers.nextUsable(filter, tokens);
    }

    private boolean areSlotsAsked() {
        ReplicaLedgers replicas = quotas.replicas();
        return replicas != null && replicas.areAsked();
    }

    /**
     * Returns the failure because of which a call should fall back to another model; null if that would not help. The call's
     * earlier rejections do not count: what rejected it then may be tried again.
     */
    public @Nullable Failure fallBackFor(KeyFilter filter, long nowNanos) {
        return fallbacks.of(keys, filter, nowNanos);
    }

    /** Returns the overload because of which no key may be used for the model; null if there is none. */
    public @Nullable Failure overload(long nowNanos) {
        return fallbacks.overload(nowNanos);
    }

    /** Explains the choice of a key that {@link #look} has just made. */
    public KeyDecision explain(KeyFilter filter, long tokens, ModelKey chosen) {
        return new Explanation(filter, tokens, score, selection.clock(), time.nanos()).of(model, chosen, keys);
    }

    /** Begins the probes that the next attempt with a key makes; null if another attempt already makes one of them. */
    public @Nullable List<ExclusionCell> beginProbes(ModelKey key, boolean takesQuota, long nowNanos) {
        return key.beginProbes(
                takesQuota, nowNanos, exclusions.exclusionVersion().current());
    }

    /** Records a lease, granted at the time of the last look. */
    public void granted(Reservation reservation) {
        ModelKey key = reservation.key();
        if (key.isOnTrial()) {
            trials.spend(time.nanos());
        } else {
            trials.earn();
        }
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

    /** Counts the choice of a key for a chat, made at the last look, as a use of the key. */
    public void placed(ModelKey key) {
        key.granted(++uses);
        key.released(false, 0);
    }

    /** Records the end of an attempt, which succeeded, failed or was never made. */
    public void released(ModelKey key, boolean success, long elapsedNanos) {
        key.released(success, elapsedNanos);
        if (success) {
            latency.add(elapsedNanos);
        }
    }

    /** Returns whether keys may differ in a use, so that filters must name it. */
    public boolean mayDifferIn(Use use) {
        return usesDiffer && use != usual;
    }

    /** Returns whether any key has ever got a response. */
    public boolean hasAnswered() {
        return hasAnswered;
    }

    /** Records the use of a request; the first one's becomes the usual use. */
    public void requested(Use use) {
        if (!isUsed) {
            isUsed = true;
            usual = use;
            time.usual(use);
        }
    }

    /**
     * Judges a key by an attempt that got a response, or failed without showing why.
     *
     * @param grantedNanos when the attempt began
     * @return the verdict if the key is passed over from now on; else null
     */
    public @Nullable PassedOver judge(ModelKey key, Use use, boolean success, long grantedNanos, long nowNanos) {
        moveTo(nowNanos);
        time.chooseFor(use);
        if (success) {
            if (!hasAnswered) {
                hasAnswered = true;
            }
            key.answered();
            peers.succeeded(keys, key, grantedNanos);
            return null;
        }
        usesDiffer = true;
        return peers.failed(keys, key, grantedNanos, nowNanos);
    }

    /** Passes a key over because another one answered the same request. */
    public PassedOver passOver(ModelKey key, Use use, String answeredBy, long nowNanos) {
        moveTo(nowNanos);
        time.chooseFor(use);
        usesDiffer = true;
        Suspicion suspicion = key.suspected();
        suspicion.convict(answeredBy, nowNanos);
        return suspicion.verdict();
    }

    /**
     * Returns the key to ask after others have failed.
     *
     * @param filter accepts the keys that may be asked
     * @param otherAccount a billing account to avoid if possible; null if it does not matter
     * @return null if no accepted key is usable
     */
    public @Nullable Witness witness(KeyFilter filter, Use use, @Nullable String otherAccount, long nowNanos) {
        moveTo(nowNanos);
        time.chooseFor(use);
        return peers.witness(keys, filter, otherAccount, nowNanos);
    }

    /** Returns whether all of a project's usable keys that a filter accepts are passed over. */
    public boolean isPassedOver(String project, KeyFilter filter, long nowNanos) {
        moveTo(filter, nowNanos);
        return named().isPassedOver(project, filter);
    }

    /** Makes a project's keys respect an exclusion of the project for one use of the model. */
    public void heed(Scope.ProjectModel scope, ExclusionCell cell) {
        Use use = Objects.requireNonNull(scope.use());
        for (ModelKey key : keys) {
            if (key.project().name().equals(scope.project())) {
                key.heeds(use, cell);
            }
        }
        usesDiffer = true;
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
                tiers.restoreAll();
            }
        } else if (quotas.settle(reservation, counted)) {
            tiers.restore(reservation.key());
        }
    }

    /** Finds the keys that get more than their share of the calls. */
    public void judgeShares(HealthSettings settings, long nowNanos) {
        moveTo(nowNanos);
        tiers.judgeShares(settings);
    }

    /** Resets the usage of the keys and all that was learned about their quotas. */
    public void reset() {
        keys.forEach(ModelKey::reset);
        quotas.forget();
        tiers.restoreAll();
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

    /** Returns why a key can't be used, if it is one of these and can't; constant time. */
    public @Nullable Exclusion exclusionOf(KeyHealth key, long nowNanos) {
        moveTo(nowNanos);
        ModelKey own = candidateOf(key);
        return own == null ? null : own.exclusion(nowNanos);
    }

    /** Returns whether a key is one of these. */
    public boolean has(KeyHealth key) {
        return candidateOf(key) != null;
    }

    private @Nullable ModelKey candidateOf(KeyHealth key) {
        for (ModelKey candidate : named().ofProject(key.project().name())) {
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

    /** Returns why keys that a filter accepts can't be used, by key name, up to a number of keys; usable keys are absent. */
    public Map<String, Exclusion> exclusions(KeyFilter filter, int limit, long nowNanos) {
        moveTo(filter, nowNanos);
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

    /** Returns what all usable projects admit in total. */
    public Capacity capacity(long nowNanos) {
        moveTo(nowNanos);
        return quotas.isAnyKnown() ? Capacity.of(keys, nowNanos) : Capacity.UNKNOWN;
    }

    /** Counts the projects among which a call may choose now, up to a limit. */
    public int projects(int limit, long nowNanos) {
        moveTo(nowNanos);
        return tiers.projects(limit, quotas.isAnyKnown());
    }

    /** Counts the projects that have a key not excluded by itself, its project or its account, up to a limit. */
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
