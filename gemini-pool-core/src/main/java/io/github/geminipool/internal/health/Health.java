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
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Turns the outcomes of attempts into exclusions and error rates. */
public final class Health {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** After so many rejections in a row nobody looks in a hurry for a key that is not rejected, among more than so many. */
    private static final int MANY = 8;

    private final Exclusions exclusions;
    private final PoolClock clock;
    private final Outage egress;
    private final Rejections rejections;
    private final KeyRing ring;
    private final double errorRateThreshold;

    /** The longest pause of what is probed without a call's doing. */
    private final Duration longestPause;

    /**
     * The health of the keys of a ring.
     *
     * @param checkInterval the longest pause between two probes of what costs nothing to probe
     */
    public Health(
            Exclusions exclusions, PoolClock clock, KeyRing ring, HealthSettings settings, Duration checkInterval) {
        this.exclusions = exclusions;
        this.clock = clock;
        this.egress = outage(new Scope.Egress());
        this.ring = ring;
        this.rejections = new Rejections(ring);
        this.errorRateThreshold = settings.errorRateThreshold();
        this.longestPause = checkInterval;
    }

    /** What notices that a model fails for everybody. */
    public Outage ofModel(String model) {
        return outage(new Scope.Model(model));
    }

    private Outage outage(Scope scope) {
        return new Outage(scope, exclusions.cell(scope));
    }

    /** Whether an answer would tell nothing new: nothing has failed lately. */
    public boolean isQuiet(Outage model) {
        return model.isQuiet() && egress.isQuiet() && rejections.isQuiet();
    }

    /** Forgets failures that could be the beginning of an outage of everything. */
    public void reset() {
        egress.reset();
    }

    /**
     * There is a key that was not there: that everybody is rejected is not known any more.
     *
     * @return what is used again, or null
     */
    public @Nullable Exclusion anotherKey() {
        return rejections.areNotOfEverybody() ? egress.succeeded() : null;
    }

    /**
     * An attempt is being answered: what it was to find out, it has.
     *
     * @return what is used again
     */
    public List<Exclusion> answered(AttemptSubject trial, long nowNanos) {
        List<Exclusion> restored = new ArrayList<>();
        for (ExclusionCell probe : trial.probes()) {
            Exclusion recovered = probe.recover();
            if (recovered != null) {
                ring.keys().stream().filter(key -> key.isIn(probe)).forEach(KeyHealth::beginProbation);
                restored.add(recovered);
            }
        }
        add(trial.model().succeeded(), restored);
        add(egress.succeeded(), restored);
        rejections.succeeded(nowNanos);
        return restored;
    }

    /** An attempt was answered to its end. Returns whether its key is trusted from now on, and was not before. */
    public boolean succeeded(KeyHealth key, long nowNanos) {
        return key.succeeded(nowNanos);
    }

    /** An attempt failed. */
    public FailureEffects failed(AttemptSubject trial, Failure failure, PeerView crowd, long nowNanos) {
        Rejections.Common common = isRejection(failure) ? rejections.add(failure, nowNanos) : Rejections.Common.NONE;
        boolean faultOfKey = isFaultOfKey(failure) && common.isNone();
        boolean onProbation = !trial.key().isHealthy();
        trial.key().record(faultOfKey, nowNanos);
        boolean degraded = faultOfKey
                && onProbation
                && trial.key().degrade("it failed again before it was trusted: " + failure.reason());
        List<Exclusion> excluded = new ArrayList<>(1);
        List<Exclusion> restored = new ArrayList<>(0);
        add(own(trial, failure, common, nowNanos), excluded);
        Outage outage = outageOf(trial, failure, common, crowd);
        if (outage != egress && failure.status() > 0) {
            add(egress.succeeded(), restored);
        }
        boolean confirms = false;
        if (outage != null && (outage.failed(trial.key().project().name(), crowd, nowNanos) || !common.isNone())) {
            boolean ofProbe = trial.probes().contains(outage.cell());
            boolean mayFindAnother = !common.isNone() && crowd.projectsLeft(1) > 0;
            Exclusion exclusion = ofOutage(outage, failure, common, mayFindAnother, nowNanos, ofProbe);
            confirms = ofProbe && exclusion != null;
            add(exclusion, excluded);
        }
        trial.probes().forEach(probe -> probe.endProbe(nowNanos));
        return new FailureEffects(excluded, restored, degraded, confirms);
    }

    /**
     * Judges the keys by their error rates: who fails too often is degraded, as long as there is another one that does not,
     * and gets another chance when its failures are past.
     *
     * @return the keys whose state changed
     */
    public List<KeyHealth> check(long nowNanos) {
        List<KeyHealth> changed = new ArrayList<>(0);
        for (KeyHealth key : ring.keys()) {
            double rate = key.believedErrorRate(nowNanos);
            boolean failsTooOften = rate > errorRateThreshold;
            if (failsTooOften ? isAnotherHealthy(key, nowNanos) && key.degrade(inWords(rate)) : key.tryAgain()) {
                changed.add(key);
            }
        }
        return changed;
    }

    private static String inWords(double rate) {
        return Math.round(100 * rate) + " % of its attempts failed by its own or its project's fault";
    }

    /** The last key that works is never given up for a suspicion. */
    private boolean isAnotherHealthy(KeyHealth than, long nowNanos) {
        for (KeyHealth key : ring.keys()) {
            if (key != than && key.isHealthy() && key.exclusion(nowNanos) == null) {
                return true;
            }
        }
        return false;
    }

    private static void add(@Nullable Exclusion exclusion, List<Exclusion> to) {
        if (exclusion != null) {
            to.add(exclusion);
        }
    }

    /** Whether it may be the doing of others than the key and project; that a key has leaked never is. */
    private static boolean isRejection(Failure failure) {
        return failure.kind().isFaultOfKey()
                && failure.cause() != FailureCause.KEY_LEAKED
                && (failure.scope() instanceof Scope.Key || failure.scope() instanceof Scope.Project);
    }

    /** An unexplained refusal of a request counts against the key that it concerns, without shutting it out. */
    private static boolean isFaultOfKey(Failure failure) {
        return failure.kind().isFaultOfKey()
                || (failure.kind() == FailureKind.INVALID_REQUEST && failure.scope() instanceof Scope.Key);
    }

    /** What fails together with the attempt, if it is not alone; null where that can't be. */
    private @Nullable Outage outageOf(AttemptSubject trial, Failure failure, Rejections.Common common, PeerView crowd) {
        return switch (failure.kind()) {
            case OVERLOADED, SERVER_ERROR -> trial.model();
            case NETWORK, EGRESS_BLOCKED -> egress;
            default -> common.ofEverybody() && isHopeless(common, crowd) ? egress : null;
        };
    }

    /** As long as it costs little, a call looks whether there is a key after all that is not rejected. */
    private static boolean isHopeless(Rejections.Common common, PeerView crowd) {
        int others = crowd.projectsLeft(MANY + 1);
        return others == 0 || (common.size() >= MANY && others > MANY);
    }

    /** The exclusion of what the failure says that it concerns. */
    private @Nullable Exclusion own(AttemptSubject trial, Failure failure, Rejections.Common common, long nowNanos) {
        Scope scope = failure.scope();
        boolean ofKey = scope instanceof Scope.Key;
        if ((ofKey && trial.key().isRemoved())
                || !scope.outlivesTheCall()
                || scope instanceof Scope.Model
                || scope instanceof Scope.Egress) {
            return null;
        }
        ExclusionCell cell = ofKey ? trial.key().ownCell() : exclusions.cell(scope);
        if (common.isNone() && failure.lasting()) {
            return exclude(cell, exclusion(failure, PoolClock.NEVER), nowNanos);
        }
        if (common.isNone() && failure.until() != null) {
            return exclude(cell, exclusion(failure, clock.nanosAt(failure.until())), nowNanos);
        }
        common.scopes().forEach(shared -> exclusions.cell(shared).soften(PoolClock.plus(nowNanos, MINUTE)));
        IntFunction<Exclusion> ofStrikes =
                strikes -> exclusion(failure, PoolClock.plus(nowNanos, pause(failure.kind(), strikes, common)));
        return cell.strike(failure.kind(), ofStrikes, nowNanos, trial.probes().contains(cell));
    }

    private static @Nullable Exclusion exclude(ExclusionCell cell, Exclusion exclusion, long nowNanos) {
        return exclusion.untilNanos() > nowNanos && cell.exclude(exclusion, nowNanos) ? exclusion : null;
    }

    private static Exclusion exclusion(Failure failure, long untilNanos) {
        return new Exclusion(failure.scope(), untilNanos, failure.reason(), failure);
    }

    private static @Nullable Exclusion ofOutage(
            Outage outage,
            Failure failure,
            Rejections.Common common,
            boolean mayFindAnother,
            long nowNanos,
            boolean ofProbe) {
        FailureKind kind = common.isNone() ? failure.kind() : FailureKind.EGRESS_BLOCKED;
        String reason = common.isNone()
                ? "All projects fail; one call at a time finds out whether it is over: " + failure.reason()
                : common.inWords() + " were rejected in the same way within a minute, so it is"
                        + " Google's or this machine's doing rather than theirs: " + failure.reason();
        Failure all = new Failure(kind, outage.scope(), null, false, failure.status(), reason);
        ExclusionCell cell = outage.cell();
        if (!ofProbe && cell.at(nowNanos) != null) {
            return null;
        }
        return cell.strike(
                kind,
                strikes -> exclusion(all, PoolClock.plus(nowNanos, pauseOfOutage(kind, mayFindAnother ? 0 : strikes))),
                nowNanos,
                ofProbe);
    }

    /** How long something is left alone that failed so many times before without saying for how long. */
    static Duration pause(FailureKind kind, int strikes, Duration longest) {
        return switch (kind) {
            case KEY_REJECTED -> growing(Duration.ofSeconds(10), 6, strikes, longest);
            case PROJECT_REJECTED -> growing(MINUTE, 4, strikes, longest);
            case BILLING -> growing(MINUTE, 2, strikes, HOUR);
            case RATE_LIMITED -> MINUTE;
            case DAILY_QUOTA_EXHAUSTED, NOT_ENTITLED -> Duration.ofHours(24);
            default -> Duration.ZERO;
        };
    }

    private Duration pause(FailureKind kind, int strikes, Rejections.Common common) {
        Duration pause = pause(kind, strikes, longestPause);
        return common.isNone() || pause.compareTo(MINUTE) < 0 ? pause : MINUTE;
    }

    /** Short, so that it is soon noticed that an outage is over: one call at a time costs little. */
    static Duration pauseOfOutage(FailureKind kind, int strikes) {
        return kind == FailureKind.EGRESS_BLOCKED
                ? growing(Duration.ofSeconds(1), 4, strikes, MINUTE)
                : growing(Duration.ofSeconds(1), 2, strikes, Duration.ofSeconds(4));
    }

    private static Duration growing(Duration first, int factor, int strikes, Duration limit) {
        Duration pause = first;
        for (int i = 0; i < strikes && pause.compareTo(limit) < 0; i++) {
            pause = pause.multipliedBy(factor);
        }
        return pause.compareTo(limit) < 0 ? pause : limit;
    }
}
