package io.github.geminipool.internal.choice;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.quota.Ledger;
import io.github.geminipool.key.Project;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A key as a candidate for one model. Guarded by the model pool's lock. */
public final class ModelKey extends KeyUse implements Availability {

    private final int number;
    private final KeyHealth health;
    private final Project project;
    private final Scope.ProjectModel projectModel;
    private final ExclusionCell[] cells;

    /** Its position among the keys of its tier, and until when it is set aside there; kept by {@link TierKeys}. */
    int place;

    long setAsideUntil;

    /** The versions of the exclusions at which it was last found free, and without fault. */
    private long freeAt = -1;

    private long faultlessAt = -1;

    /** Whether its key was healthy at the last look. */
    private boolean healthy = true;

    /** Whether it has more than its share of the calls; set by the periodic check. */
    private boolean overused;

    /** The ledger of its project for the model; null while no limit is known. Kept by {@link ProjectQuotas}. */
    @Nullable
    Ledger ledger;

    /**
     * Creates the candidate.
     *
     * @param number see {@link #number()}
     * @param cells the entries of the exclusion table that concern it
     */
    ModelKey(
            int number,
            KeyHealth health,
            Scope.ProjectModel projectModel,
            Latency ofModel,
            ScoringTime time,
            ExclusionCell... cells) {
        super(ofModel, time);
        this.number = number;
        this.health = health;
        this.project = health.project();
        this.projectModel = projectModel;
        this.cells = cells;
    }

    public KeyHealth health() {
        return health;
    }

    /** Returns its index among the keys of its model pool: small, and no other present key has it. */
    public int number() {
        return number;
    }

    /** Returns until when something excludes it at the scoring time, or its project has no quota; 0 if neither. */
    long excludedUntil() {
        return excludedUntil(0);
    }

    /**
     * Returns until when something excludes it from a request at the scoring time, or its project has no quota for it; 0 if
     * neither.
     *
     * @param tokens the tokens to reserve; less than 0 for a request that takes no quota
     */
    long excludedUntil(long tokens) {
        long byFailure = freeAt == time().exclusionVersion() ? 0 : excludedByFailureUntil();
        return tokens < 0 || ledger == null ? byFailure : Math.max(byFailure, quotaUsedUntil(tokens));
    }

    private long excludedByFailureUntil() {
        long now = time().nanos();
        Exclusion exclusion = exclusionByFailure(now);
        if (exclusion != null) {
            return exclusion.untilNanos();
        }
        healthy = health.isHealthy();
        if (healthy && isFree(now)) {
            freeAt = time().exclusionVersion();
        }
        return 0;
    }

    /** Returns whether another key is preferred; valid right after {@link #excludedUntil} returned 0. */
    boolean isSecondChoice() {
        return overused || (!healthy && !health.isTrusted(inFlight()));
    }

    void overused(boolean value) {
        overused = value;
    }

    /** Returns whether its instances should be bound to other keys until it is healthy again. */
    public boolean isOut(long nowNanos) {
        return health.exclusion(nowNanos) != null || health.isDegraded();
    }

    /** Returns until when its project has no quota for a number of tokens at the scoring time; 0 if it has. */
    long quotaUsedUntil(long tokens) {
        return quotaUsedUntil(time().nanos(), tokens);
    }

    private long quotaUsedUntil(long nowNanos, long tokens) {
        if (ledger == null) {
            return 0;
        }
        long slot = ledger.nextSlot(nowNanos, tokens);
        return slot > nowNanos ? slot : 0;
    }

    /** Returns whether it may become usable at any moment: running attempts probe everything that excludes it. */
    boolean isProbed(long nowNanos) {
        if (quotaUsedUntil(nowNanos, 0) > 0) {
            return false;
        }
        for (ExclusionCell cell : cells) {
            if (cell.at(nowNanos) != null && !cell.isProbed()) {
                return false;
            }
        }
        return true;
    }

    private boolean isFree(long nowNanos) {
        for (ExclusionCell cell : cells) {
            if (!cell.isFree(nowNanos)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Begins the probes that its next attempt has to make.
     *
     * @return the probes; null if another attempt makes one of them, so that this one must not be made
     */
    public @Nullable List<ExclusionCell> beginProbes(long nowNanos, long exclusionVersion) {
        if (freeAt == exclusionVersion) {
            return List.of();
        }
        List<ExclusionCell> probes = new ArrayList<>(1);
        for (ExclusionCell cell : cells) {
            if (cell.beginProbe(nowNanos)) {
                probes.add(cell);
            } else if (!cell.isFree(nowNanos)) {
                probes.forEach(begun -> begun.endProbe(nowNanos));
                return null;
            }
        }
        return probes.isEmpty() ? List.of() : probes;
    }

    /** Returns its longest exclusion, a used-up quota included; null if there is none. */
    @Nullable
    Exclusion exclusion(long nowNanos) {
        Exclusion byFailure = exclusionByFailure(nowNanos);
        long until = quotaUsedUntil(nowNanos, 0);
        return ledger == null || until <= (byFailure == null ? 0 : byFailure.untilNanos())
                ? byFailure
                : byQuota(ledger, until, nowNanos);
    }

    private Exclusion byQuota(Ledger used, long untilNanos, long nowNanos) {
        String reason = used.why(nowNanos, 0);
        // A call falls back to another model for a daily quota, but not for a quota per minute.
        Failure failure = used.isDayUsedUp(nowNanos)
                ? new Failure(FailureKind.DAILY_QUOTA_EXHAUSTED, projectModel, null, false, 0, reason)
                : null;
        return new Exclusion(projectModel, untilNanos, reason, failure);
    }

    /** Returns its longest exclusion because of failures; null if there is none. */
    public @Nullable Exclusion exclusionByFailure(long nowNanos) {
        Exclusion longest = null;
        for (ExclusionCell cell : cells) {
            Exclusion exclusion = cell.at(nowNanos);
            if (exclusion != null && (longest == null || exclusion.untilNanos() > longest.untilNanos())) {
                longest = exclusion;
            }
        }
        return longest;
    }

    int tier() {
        return project.tier();
    }

    /** Returns whether it was used less recently; of two never used, whether it comes first. */
    boolean isLessRecentThan(ModelKey other) {
        return lastUse() < other.lastUse()
                || (lastUse() == other.lastUse() && health.position() < other.health.position());
    }

    @Override
    public String keyName() {
        return health.name();
    }

    @Override
    public Project project() {
        return project;
    }

    @Override
    public double quotaLeft() {
        return ledger == null ? 1 : ledger.left(time().nanos());
    }

    @Override
    public double errorRate() {
        long version = time().exclusionVersion();
        if (faultlessAt == version) {
            return 0;
        }
        if (health.errorRate(time().nanos()) == 0) {
            faultlessAt = version;
            return 0;
        }
        return health.believedErrorRate(time().nanos());
    }
}
