package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.HealthSettings;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** One key with what holds for it whatever the model: its cells in the table of exclusions, its state, and its error rate. */
public final class KeyHealth {

    private static final KeyState HEALTHY = new KeyState.Healthy();

    private static final AtomicReferenceFieldUpdater<KeyHealth, KeyState> STANDING =
            AtomicReferenceFieldUpdater.newUpdater(KeyHealth.class, KeyState.class, "standing");

    private final String name;
    private final int position;
    private final ApiKey key;
    private final Project project;
    private final VersionCounter exclusionVersion;
    private final ErrorRate errorRate;
    private final ExclusionCell ownCell;
    private final ExclusionCell projectCell;
    private final ExclusionCell billingCell;
    private volatile long forgivenAt = -1;
    private volatile boolean removed;

    /** Healthy, degraded, or in probation: what it is as far as nothing excludes it. */
    private volatile KeyState standing = HEALTHY;

    public KeyHealth(
            String name, int position, ApiKey key, Project project, Exclusions exclusions, HealthSettings settings) {
        this.errorRate = new ErrorRate(settings);
        this.name = name;
        this.position = position;
        this.key = key;
        this.project = project;
        this.exclusionVersion = exclusions.exclusionVersion();
        this.ownCell = exclusions.cell(new Scope.Key(name));
        this.projectCell = exclusions.cell(new Scope.Project(project.name()));
        this.billingCell = exclusions.cell(new Scope.BillingAccount(project.billingAccount()));
    }

    public String name() {
        return name;
    }

    /** Its place among the pool's keys, from 0. */
    public int position() {
        return position;
    }

    public ApiKey key() {
        return key;
    }

    public Project project() {
        return project;
    }

    public ExclusionCell ownCell() {
        return ownCell;
    }

    public ExclusionCell projectCell() {
        return projectCell;
    }

    public ExclusionCell billingCell() {
        return billingCell;
    }

    public double errorRate(long nowNanos) {
        return errorRate.at(nowNanos);
    }

    /** The error rate, 0 while it rests on too few attempts to be believed. */
    public double believedErrorRate(long nowNanos) {
        return errorRate.verdictAt(nowNanos);
    }

    /** Whether an entry of the table of exclusions is its own, its project's or its billing account's. */
    boolean isIn(ExclusionCell cell) {
        return cell == ownCell || cell == projectCell || cell == billingCell;
    }

    /** What it is good for now. */
    public KeyState state(long nowNanos) {
        Exclusion exclusion = exclusion(nowNanos);
        if (exclusion == null) {
            return standing;
        }
        return exclusion.failure() == null ? new KeyState.Disabled(exclusion) : new KeyState.Quarantined(exclusion);
    }

    /** What keeps it from being used for any model the longest; null if nothing does. */
    public @Nullable Exclusion exclusion(long nowNanos) {
        return longer(longer(ownCell.at(nowNanos), projectCell.at(nowNanos)), billingCell.at(nowNanos));
    }

    private static @Nullable Exclusion longer(@Nullable Exclusion one, @Nullable Exclusion other) {
        return one == null || (other != null && other.untilNanos() > one.untilNanos()) ? other : one;
    }

    /** Whether nothing keeps it from being used beside others as they are. */
    public boolean isHealthy() {
        return standing == HEALTHY;
    }

    public boolean isDegraded() {
        return standing instanceof KeyState.Degraded;
    }

    /**
     * Whether it is to be preferred to keys that are not, although nothing excludes it.
     *
     * @param inFlight how many calls to the model it has
     */
    public boolean isTrusted(int inFlight) {
        KeyState state = standing;
        return state == HEALTHY || (state instanceof KeyState.Probation probation && inFlight < probation.allowed());
    }

    /** It is not used until it is enabled, whatever it was before. */
    public void disable(String reason) {
        ownCell.disable(new Exclusion(new Scope.Key(name), PoolClock.NEVER, reason, null));
    }

    /** It is as good as new: what excludes it, its project or its billing account ends. */
    public void repair() {
        ownCell.lift();
        projectCell.lift();
        billingCell.lift();
        errorRate.reset();
        standing = HEALTHY;
    }

    /** It is no key of the pool any more: what running calls find out about it concerns nobody. */
    void remove() {
        removed = true;
    }

    boolean isRemoved() {
        return removed;
    }

    /** It was out and is not any more. */
    void beginProbation() {
        errorRate.reset();
        standing = new KeyState.Probation(0);
        exclusionVersion.increment();
    }

    /** It fails too often. Returns whether that is new. */
    boolean degrade(String reason) {
        KeyState before = standing;
        if (before instanceof KeyState.Degraded
                || !STANDING.compareAndSet(this, before, new KeyState.Degraded(reason))) {
            return false;
        }
        exclusionVersion.increment();
        return true;
    }

    /** It seems to fail no more. Returns whether that is new. */
    boolean tryAgain() {
        KeyState before = standing;
        return before instanceof KeyState.Degraded && STANDING.compareAndSet(this, before, new KeyState.Probation(0));
    }

    private boolean stepUp(KeyState before) {
        if (!(before instanceof KeyState.Probation probation)) {
            return false;
        }
        int succeeded = probation.succeeded() + 1;
        KeyState after = succeeded < KeyState.CALLS_OF_PROBATION ? new KeyState.Probation(succeeded) : HEALTHY;
        return STANDING.compareAndSet(this, before, after) && after == HEALTHY;
    }

    /** Returns whether it is trusted from now on, and was not before. */
    boolean succeeded(long nowNanos) {
        record(false, nowNanos);
        KeyState state = standing;
        if (state != HEALTHY) {
            // What it was guilty of is not forgiven before it is trusted again.
            return stepUp(state);
        }
        long count = exclusionVersion.current();
        if (forgivenAt != count) {
            ownCell.forgive();
            projectCell.forgive();
            billingCell.forgive();
            forgivenAt = count;
        }
        return false;
    }

    void record(boolean faultOfKey, long nowNanos) {
        errorRate.record(faultOfKey, nowNanos);
        if (faultOfKey) {
            exclusionVersion.increment();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
