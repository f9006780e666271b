package io.github.geminipool.internal.choice;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.VersionCounter;
import io.github.geminipool.internal.quota.Ledger;
import io.github.geminipool.key.Project;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A key for one model: the candidate of the selection. Guarded by the model pool's lock. */
public final class ModelKey extends KeyUse {

    private final KeyHealth health;
    private final Project project;
    private final ExclusionCell[] cells;
    private final VersionCounter exclusionVersion;
    private final Scope.ProjectModel projectModel;

    /** Its number among the keys of its model pool: an index that no other key of the pool has. */
    private final int number;

    /** Its place among the keys of its tier, and until when it is set aside there; kept by {@link TierKeys}. */
    int place;

    long setAsideUntil;

    /** The counts of exclusionVersion at which it was last found free, and without fault. */
    private long freeAt = -1;

    private long faultlessAt = -1;

    /** Whether its key was healthy when that was last looked at. */
    private boolean healthy = true;

    /** Whether it has more than its share of the calls; kept by the periodic check. */
    private boolean overused;

    /** The books of its project for the model; null as long as no limit is known. Kept by {@link ProjectQuotas}. */
    @Nullable
    public Ledger ledger;

    public ModelKey(
            int number,
            KeyHealth health,
            Latency ofModel,
            VersionCounter exclusionVersion,
            Scope.ProjectModel projectModel,
            ExclusionCell... cells) {
        super(ofModel);
        this.number = number;
        this.health = health;
        this.project = health.project();
        this.exclusionVersion = exclusionVersion;
        this.projectModel = projectModel;
        this.cells = cells;
    }

    public KeyHealth health() {
        return health;
    }

    public int number() {
        return number;
    }

    /** Until when something excludes it, or its project has no quota; 0 if neither. */
    public long excludedUntil(long nowNanos) {
        return excludedUntil(nowNanos, 0);
    }

    /**
     * Until when something excludes it from a request, or its project has no quota for that; 0 if neither.
     *
     * @param tokens to reserve; less than 0 for a request that takes no quota
     */
    public long excludedUntil(long nowNanos, long tokens) {
        long byFailure = excludedByFailureUntil(nowNanos);
        return tokens < 0 ? byFailure : Math.max(byFailure, quotaUsedUntil(nowNanos, tokens));
    }

    private long excludedByFailureUntil(long nowNanos) {
        long count = exclusionVersion.current();
        if (freeAt == count) {
            return 0;
        }
        Exclusion exclusion = exclusionByFailure(nowNanos);
        if (exclusion != null) {
            return exclusion.untilNanos();
        }
        healthy = health.isHealthy();
        if (healthy && isFree(nowNanos)) {
            freeAt = count;
        }
        return 0;
    }

    /** Whether another key is to be preferred; to be asked of one that is not excluded, which was asked just before. */
    public boolean isSecondChoice() {
        return overused || (!healthy && !health.isTrusted(inFlight()));
    }

    public void overused(boolean value) {
        overused = value;
    }

    /** Whether its instances are to be given to others until it is well again. */
    public boolean isOut(long nowNanos) {
        return health.exclusion(nowNanos) != null || health.isDegraded();
    }

    /** Whether it is excluded by what is its own, its project's or its account's. */
    public boolean isOutForItself(long nowNanos) {
        return health.exclusion(nowNanos) != null;
    }

    /** Until when its project has no quota for so many tokens; 0 if it has. */
    public long quotaUsedUntil(long nowNanos, long tokens) {
        if (ledger == null) {
            return 0;
        }
        long slot = ledger.nextSlot(nowNanos, tokens);
        return slot > nowNanos ? slot : 0;
    }

    /** Whether it may become usable at any moment, since attempts find out about all that excludes it. */
    public boolean isFoundOutAbout(long nowNanos) {
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
     * Begins to find out whatever has to be found out by its next attempt.
     *
     * @return what that is; null if another attempt finds it out, so that this one may not be made
     */
    @Nullable
    public List<ExclusionCell> beginProbes(long nowNanos) {
        if (freeAt == exclusionVersion.current()) {
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

    /** What keeps it from being used the longest, or null. */
    @Nullable
    public Exclusion exclusion(long nowNanos) {
        Exclusion byFailure = exclusionByFailure(nowNanos);
        long until = quotaUsedUntil(nowNanos, 0);
        return ledger == null || until <= (byFailure == null ? 0 : byFailure.untilNanos())
                ? byFailure
                : byQuota(ledger, until, nowNanos);
    }

    private Exclusion byQuota(Ledger used, long untilNanos, long nowNanos) {
        String reason = used.why(nowNanos, 0);
        // A call with a fallback model uses it when the day's quota is used up, but not for a minute's.
        Failure failure = used.isDayUsedUp(nowNanos)
                ? new Failure(FailureKind.DAILY_QUOTA_EXHAUSTED, projectModel, null, false, 0, reason)
                : null;
        return new Exclusion(projectModel, untilNanos, reason, failure);
    }

    /** What failures exclude it for the longest, or null. */
    @Nullable
    public Exclusion exclusionByFailure(long nowNanos) {
        Exclusion longest = null;
        for (ExclusionCell cell : cells) {
            Exclusion exclusion = cell.at(nowNanos);
            if (exclusion != null && (longest == null || exclusion.untilNanos() > longest.untilNanos())) {
                longest = exclusion;
            }
        }
        return longest;
    }

    public int tier() {
        return health.project().tier();
    }

    /** Whether it was used longer ago; of those that never were, whether it comes first. */
    public boolean isLessRecentThan(ModelKey other) {
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
        return ledger == null ? 1 : ledger.left(now());
    }

    @Override
    public double errorRate() {
        long count = exclusionVersion.current();
        if (faultlessAt == count) {
            return 0;
        }
        if (health.errorRate(now()) == 0) {
            faultlessAt = count;
            return 0;
        }
        return health.believedErrorRate(now());
    }
}
