package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.settings.HealthSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Turns the outcomes of attempts into exclusions and error rates. Thread-safe. */
public final class Health {

    /** How soon keys that were rejected together with most others are tried again. */
    private static final Duration TOGETHER = Duration.ofMinutes(1);

    /** After this many rejections alike, with more projects than this left, calls stop hunting for an accepted key. */
    private static final int MANY = 8;

    private final Exclusions exclusions;
    private final PoolClock clock;
    private final Outage egress;
    private final Rejections rejections;
    private final KeyRing ring;
    private final double errorRateThreshold;
    private final PausePolicy pauses;
    private final NameExclusions names = new NameExclusions();
    private final Witnesses witnesses = new Witnesses();

    /**
     * Creates the health of a ring's keys.
     *
     * @param checkInterval the longest pause of keys and projects, which are probed at no cost
     */
    public Health(
            Exclusions exclusions, PoolClock clock, KeyRing ring, HealthSettings settings, Duration checkInterval) {
        this.exclusions = exclusions;
        this.clock = clock;
        this.egress = outage(new Scope.Egress(), true);
        this.ring = ring;
        this.rejections = new Rejections(ring);
        this.errorRateThreshold = settings.errorRateThreshold();
        this.pauses = new PausePolicy(checkInterval);
    }

    /**
     * Creates the detector of a model's outages.
     *
     * @param isOne whether it is one model: where several share a name, or calls have none, the failures of some say nothing of others
     */
    public Outage ofModel(String model, boolean isOne) {
        return outage(new Scope.Model(model), isOne);
    }

    private Outage outage(Scope scope, boolean isOne) {
        return new Outage(scope, exclusions.cell(scope), isOne);
    }

    /** Returns whether nothing has failed recently, so that {@link #answered} would have no effect. */
    public boolean isQuiet(Outage model) {
        return model.isQuiet() && egress.isQuiet() && rejections.isQuiet();
    }

    /** Forgets the failures that could be the beginning of an outage of all of Gemini. */
    public void reset() {
        egress.reset();
        names.clear();
    }

    /**
     * Records that the pool has a new key: it may be accepted although all others are rejected.
     *
     * @return the exclusion that this ends, or null
     */
    public @Nullable Exclusion anotherKey() {
        return rejections.forgetThatAllAre() ? egress.succeeded() : null;
    }

    /**
     * Records that an attempt gets a response, which shows that the scopes it probed work again.
     *
     * @return the exclusions that this ends
     */
    public List<Exclusion> answered(AttemptSubject subject, long nowNanos) {
        List<Exclusion> restored = new ArrayList<>();
        for (ExclusionCell probe : subject.probes()) {
            Exclusion recovered = probe.recover();
            if (recovered != null) {
                ring.keys().stream().filter(key -> key.isIn(probe)).forEach(KeyHealth::beginProbation);
                restored.add(recovered);
            }
        }
        add(subject.model().succeeded(), restored);
        add(egress.succeeded(), restored);
        rejections.succeeded(nowNanos);
        return restored;
    }

    /**
     * Records that an attempt got its whole response.
     *
     * @return whether the key has just ended its probation
     */
    public boolean succeeded(KeyHealth key, long nowNanos) {
        return key.succeeded(nowNanos);
    }

    /** Returns whether the request of a success at a time should be recorded with {@link #succeeded(long, long)}. */
    public boolean isSampleDue(long nanos) {
        return witnesses.isSampleDue(nanos);
    }

    /** Records that a request succeeded. */
    public void succeeded(long print, long nanos) {
        witnesses.succeeded(print, nanos);
    }

    /**
     * Records a failed attempt.
     *
     * @param print the fingerprint of its request; 0 if unknown
     */
    public FailureEffects failed(AttemptSubject subject, Failure failure, long print, PeerView peers, long nowNanos) {
        Rejections.Common common = isRejection(failure) ? rejections.add(failure, nowNanos) : Rejections.Common.NONE;
        List<Exclusion> excluded = new ArrayList<>(1);
        List<Exclusion> restored = new ArrayList<>(0);
        boolean degraded = judgeKey(subject.key(), failure, common, nowNanos);
        add(excludeScope(subject, failure, common, nowNanos), excluded);
        Outage outage = outageOf(subject, failure, common, peers);
        if (outage != egress && failure.status() > 0) {
            add(egress.succeeded(), restored);
        }
        boolean confirms = false;
        if (outage != null && (isOutage(outage, subject, print, peers, nowNanos) || !common.isNone())) {
            boolean ofProbe = subject.probes().contains(outage.cell());
            boolean mayFindAnother = !common.isNone() && peers.projectsLeft(1) > 0;
            Exclusion exclusion = excludeAll(outage, failure, common, mayFindAnother, nowNanos, ofProbe);
            confirms = ofProbe && exclusion != null;
            add(exclusion, excluded);
        }
        for (ExclusionCell probe : subject.probes()) {
            Exclusion longer = failedAgain(probe, failure, nowNanos);
            add(longer, excluded);
            if (longer == null) {
                probe.endProbe(nowNanos);
            }
        }
        return new FailureEffects(excluded, restored, degraded, confirms);
    }

    private boolean isOutage(Outage outage, AttemptSubject subject, long print, PeerView peers, long nowNanos) {
        boolean counts = !subject.probes().isEmpty() || witnesses.counts(print, nowNanos);
        return outage.failed(subject.key().project().name(), counts, peers, nowNanos);
    }

    /** Returns the longer exclusion of a use whose probe failed like the attempt that led to it; null if it did not. */
    private @Nullable Exclusion failedAgain(ExclusionCell probe, Failure failure, long nowNanos) {
        Exclusion before = probe.latest();
        Failure cause = before == null ? null : before.failure();
        boolean ofUse = before != null
                && before.scope() instanceof Scope.ProjectModel projectModel
                && projectModel.use() != null;
        return ofUse && cause != null && cause.cause() == failure.cause() ? convict(cause, nowNanos, true) : null;
    }

    /**
     * Excludes a project from a use of a model, because another project answered the same request.
     *
     * @param failure what it failed with, of the scope to exclude
     * @param model the outage of the pool's model
     * @return the exclusion; null if it is excluded already
     */
    public @Nullable Exclusion convict(Failure failure, Outage model, long nowNanos) {
        if (failure.scope() instanceof Scope.ProjectModel ofName && !isOf(model, ofName)) {
            names.exclude(ofName, PoolClock.plus(nowNanos, pauses.ofContrast(0)));
            return null;
        }
        return convict(failure, nowNanos, false);
    }

    private @Nullable Exclusion convict(Failure failure, long nowNanos, boolean ofProbe) {
        IntFunction<Exclusion> ofStrikes =
                strikes -> exclusion(failure, PoolClock.plus(nowNanos, pauses.ofContrast(strikes)));
        return exclusions.cell(failure.scope()).strike(failure.kind(), ofStrikes, nowNanos, ofProbe);
    }

    /**
     * Takes over an exclusion that another replica has found.
     *
     * @see Exclusions#adopt
     */
    public boolean adopt(Exclusion exclusion, boolean guessed, int strikes, long nowNanos) {
        return exclusions.adopt(exclusion, guessed, strikes, nowNanos);
    }

    /**
     * Ends an exclusion that was taken over from another replica, because it has ended there. Its keys begin their probation.
     *
     * @return whether it was still in force here
     */
    public boolean withdraw(Exclusion adopted) {
        ExclusionCell cell = exclusions.cell(adopted.scope());
        boolean ends = cell.withdraw(adopted);
        if (ends) {
            ring.keys().stream().filter(key -> key.isIn(cell)).forEach(KeyHealth::beginProbation);
        }
        return ends;
    }

    /** Returns a scope's entry in the table of exclusions. */
    public ExclusionCell cell(Scope scope) {
        return exclusions.cell(scope);
    }

    private static boolean judgeKey(KeyHealth key, Failure failure, Rejections.Common common, long nowNanos) {
        boolean faultOfKey = isFaultOfKey(failure) && common.isNone();
        boolean onProbation = !key.isHealthy();
        key.record(faultOfKey, nowNanos);
        return faultOfKey && onProbation && key.degrade("it failed again during its probation: " + failure.reason());
    }

    /**
     * Judges the keys by their error rates. A key that fails too often is degraded while another key works, and put on
     * probation once its failures are past.
     *
     * @return the keys whose state changed
     */
    public List<KeyHealth> check(long nowNanos) {
        List<KeyHealth> keys = ring.keys();
        int working = 0;
        for (KeyHealth key : keys) {
            working += works(key, nowNanos) ? 1 : 0;
        }
        List<KeyHealth> changed = new ArrayList<>(0);
        for (KeyHealth key : keys) {
            double rate = key.believedErrorRate(nowNanos);
            if (rate <= errorRateThreshold) {
                if (key.tryAgain()) {
                    changed.add(key);
                }
                continue;
            }
            // A suspicion is never enough to give up the last key that works.
            int own = works(key, nowNanos) ? 1 : 0;
            if (working > own && key.degrade(inWords(rate))) {
                working -= own;
                changed.add(key);
            }
        }
        return changed;
    }

    private static boolean works(KeyHealth key, long nowNanos) {
        return key.isHealthy() && key.exclusion(nowNanos) == null;
    }

    private static String inWords(double rate) {
        return Math.round(100 * rate) + " % of its attempts failed through its own or its project's fault";
    }

    private static void add(@Nullable Exclusion exclusion, List<Exclusion> to) {
        if (exclusion != null) {
            to.add(exclusion);
        }
    }

    /** Returns whether the provider or this machine may have caused it; a leak is always the key's own. */
    private static boolean isRejection(Failure failure) {
        return failure.kind().isFaultOfKey()
                && failure.cause() != FailureCause.KEY_LEAKED
                && (failure.scope() instanceof Scope.Key || failure.scope() instanceof Scope.Project);
    }

    /** An unexplained refusal of a request counts against its key, but does not exclude the key. */
    private static boolean isFaultOfKey(Failure failure) {
        return failure.kind().isFaultOfKey()
                || (failure.kind() == FailureKind.INVALID_REQUEST && failure.scope() instanceof Scope.Key);
    }

    /** Returns the outage that the failure may be part of; null if none. */
    private @Nullable Outage outageOf(
            AttemptSubject subject, Failure failure, Rejections.Common common, PeerView peers) {
        if (failure.cause() == FailureCause.QUOTA_UNNAMED || failure.cause() == FailureCause.FLEX_CAPACITY) {
            return null;
        }
        return switch (failure.kind()) {
            case OVERLOADED, SERVER_ERROR -> subject.model();
            case NETWORK -> failure.lasting() || failure.cause() == FailureCause.CONNECTION_LOST ? null : egress;
            case EGRESS_BLOCKED -> egress;
            default -> common.ofAll() && isHopeless(common, peers) ? egress : null;
        };
    }

    /** Returns whether it would cost a call too much to hunt for a key that is not rejected. */
    private static boolean isHopeless(Rejections.Common common, PeerView peers) {
        int others = peers.projectsLeft(MANY + 1);
        return others == 0 || (common.size() >= MANY && others > MANY);
    }

    /** Excludes the scope that the failure names; returns the exclusion if it is new. */
    private @Nullable Exclusion excludeScope(
            AttemptSubject subject, Failure failure, Rejections.Common common, long nowNanos) {
        Scope scope = failure.scope();
        boolean ofKey = scope instanceof Scope.Key;
        if ((ofKey && subject.key().isRemoved())
                || !scope.outlivesTheCall()
                || scope instanceof Scope.Model
                || scope instanceof Scope.Egress) {
            return null;
        }
        if (scope instanceof Scope.ProjectModel ofName && !isOf(subject.model(), ofName)) {
            excludeName(ofName, failure, nowNanos);
            return null;
        }
        ExclusionCell cell = ofKey ? subject.key().ownCell() : exclusions.cell(scope);
        if (common.isNone() && failure.lasting()) {
            return exclude(cell, exclusion(failure, PoolClock.NEVER), nowNanos);
        }
        if (common.isNone() && failure.until() != null) {
            return exclude(cell, exclusion(failure, clock.nanosAt(failure.until())), nowNanos);
        }
        common.scopes().forEach(shared -> exclusions.cell(shared).soften(PoolClock.plus(nowNanos, TOGETHER)));
        IntFunction<Exclusion> ofStrikes =
                strikes -> exclusion(failure, PoolClock.plus(nowNanos, pause(failure.kind(), strikes, common)));
        return cell.strike(failure.kind(), ofStrikes, nowNanos, subject.probes().contains(cell));
    }

    private static boolean isOf(Outage outage, Scope.ProjectModel scope) {
        return outage.scope() instanceof Scope.Model pool && pool.model().equals(scope.model());
    }

    private void excludeName(Scope.ProjectModel scope, Failure failure, long nowNanos) {
        long until = failure.until() != null
                ? clock.nanosAt(failure.until())
                : PoolClock.plus(nowNanos, pauses.ofScope(failure.kind(), 0));
        names.exclude(scope, until);
    }

    /** Returns the projects excluded for a model that has no pool of its own. */
    public Set<String> excludedFor(String model) {
        return names.of(model, clock.nanos());
    }

    private Duration pause(FailureKind kind, int strikes, Rejections.Common common) {
        return common.isNone() ? pauses.ofScope(kind, strikes) : pauses.ofRejectedTogether(kind, strikes);
    }

    private static @Nullable Exclusion exclude(ExclusionCell cell, Exclusion exclusion, long nowNanos) {
        return exclusion.untilNanos() > nowNanos && cell.exclude(exclusion, nowNanos) ? exclusion : null;
    }

    private static Exclusion exclusion(Failure failure, long untilNanos) {
        return new Exclusion(failure.scope(), untilNanos, failure.reason(), failure);
    }

    /** Excludes the scope of an outage; returns the exclusion if it is new. */
    private @Nullable Exclusion excludeAll(
            Outage outage,
            Failure failure,
            Rejections.Common common,
            boolean mayFindAnother,
            long nowNanos,
            boolean ofProbe) {
        FailureKind kind = common.isNone() ? failure.kind() : FailureKind.EGRESS_BLOCKED;
        Failure ofAll = new Failure(
                kind, failure.cause(), outage.scope(), null, false, failure.status(), reasonOfOutage(failure, common));
        ExclusionCell cell = outage.cell();
        if (!ofProbe && cell.at(nowNanos) != null) {
            return null;
        }
        IntFunction<Exclusion> ofStrikes = strikes ->
                exclusion(ofAll, PoolClock.plus(nowNanos, pauses.ofOutage(kind, mayFindAnother ? 0 : strikes)));
        return cell.strike(kind, ofStrikes, nowNanos, ofProbe);
    }

    private static String reasonOfOutage(Failure failure, Rejections.Common common) {
        return common.isNone()
                ? "All projects fail; one call at a time probes whether that is over: " + failure.reason()
                : common.inWords() + " were rejected in the same way within a minute, so the cause is Google or this"
                        + " machine's address rather than the keys: " + failure.reason();
    }
}
