package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.HealthSettings;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** The health of one key for all models: its cells in the table of exclusions, its standing and its error rate. Thread-safe. */
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
    /** The version of the exclusions at which the latest success forgave all strikes. */
    private volatile long forgivenAt = -1;

    private volatile boolean removed;

    /** Healthy, degraded or on probation: the state of the key while nothing excludes it. */
    private volatile KeyState standing = HEALTHY;

    /**
     * Creates the health of a key about which nothing is known.
     *
     * @param position the key's place in the pool, from 0
     */
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

    /** Returns the key's place in the pool, from 0. */
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

    /** Returns the share of recent attempts that failed through the fault of the key or its project, from 0 to 1. */
    public double errorRate(long nowNanos) {
        return errorRate.at(nowNanos);
    }

    /** Returns the error rate, or 0 while there are too few attempts to rely on it. */
    public double believedErrorRate(long nowNanos) {
        return errorRate.verdictAt(nowNanos);
    }

    /** Returns whether a cell is that of the key, its project or its billing account. */
    boolean isIn(ExclusionCell cell) {
        return cell == ownCell || cell == projectCell || cell == billingCell;
    }

    /** Returns the state of the key at a time. */
    public KeyState state(long nowNanos) {
        Exclusion exclusion = exclusion(nowNanos);
        if (exclusion == null) {
            Exclusion over = halfOpen(nowNanos);
            return over == null ? standing : new KeyState.HalfOpen(over);
        }
        return exclusion.failure() == null ? new KeyState.Disabled(exclusion) : new KeyState.Quarantined(exclusion);
    }

    /** Returns the longest exclusion of the key, its project or its billing account; null if there is none. */
    public @Nullable Exclusion exclusion(long nowNanos) {
        return longer(longer(ownCell.at(nowNanos), projectCell.at(nowNanos)), billingCell.at(nowNanos));
    }

    /** Returns the latest exclusion of the key, its project or its account that is over without a success since; null if there is none. */
    private @Nullable Exclusion halfOpen(long nowNanos) {
        return longer(
                longer(ownCell.halfOpen(nowNanos), projectCell.halfOpen(nowNanos)), billingCell.halfOpen(nowNanos));
    }

    private static @Nullable Exclusion longer(@Nullable Exclusion one, @Nullable Exclusion other) {
        return one == null || (other != null && other.untilNanos() > one.untilNanos()) ? other : one;
    }

    /** Returns whether the key is neither degraded nor on probation. */
    public boolean isHealthy() {
        return standing == HEALTHY;
    }

    /** Returns whether the key is to be used only if no other can be. */
    public boolean isDegraded() {
        return standing instanceof KeyState.Degraded;
    }

    /**
     * Returns whether the key may have another call while other keys are available.
     *
     * @param inFlight number of the key's concurrent calls to the model
     */
    public boolean isTrusted(int inFlight) {
        KeyState state = standing;
        return state == HEALTHY || (state instanceof KeyState.Probation probation && inFlight < probation.allowed());
    }

    /** Excludes the key until an operator enables it. */
    public void disable(String reason) {
        ownCell.disable(new Exclusion(new Scope.Key(name), PoolClock.NEVER, reason, null));
    }

    /** Ends all exclusions of the key, its project and its billing account, and forgets its failures. */
    public void repair() {
        ownCell.lift();
        projectCell.lift();
        billingCell.lift();
        errorRate.reset();
        standing = HEALTHY;
    }

    /** Marks the key as removed from the pool: failures of calls in flight no longer exclude it. */
    void remove() {
        removed = true;
    }

    boolean isRemoved() {
        return removed;
    }

    /** Puts the key on probation after an exclusion. */
    void beginProbation() {
        errorRate.reset();
        standing = new KeyState.Probation(0);
        exclusionVersion.increment();
    }

    /**
     * Degrades the key.
     *
     * @return whether it was not degraded before
     */
    boolean degrade(String reason) {
        KeyState before = standing;
        if (before instanceof KeyState.Degraded
                || !STANDING.compareAndSet(this, before, new KeyState.Degraded(reason))) {
            return false;
        }
        exclusionVersion.increment();
        return true;
    }

    /**
     * Puts a degraded key on probation, because its failures are past.
     *
     * @return whether it was degraded
     */
    boolean tryAgain() {
        KeyState before = standing;
        return before instanceof KeyState.Degraded && STANDING.compareAndSet(this, before, new KeyState.Probation(0));
    }

    /** Counts a success during probation; returns whether it was the last one needed. */
    private boolean stepUp(KeyState before) {
        if (!(before instanceof KeyState.Probation probation)) {
            return false;
        }
        int succeeded = probation.succeeded() + 1;
        KeyState after = succeeded < KeyState.CALLS_OF_PROBATION ? new KeyState.Probation(succeeded) : HEALTHY;
        return STANDING.compareAndSet(this, before, after) && after == HEALTHY;
    }

    /**
     * Records a successful attempt.
     *
     * @return whether this ends the key's probation
     */
    boolean succeeded(long nowNanos) {
        record(false, nowNanos);
        KeyState state = standing;
        if (state != HEALTHY) {
            // Strikes are forgiven only after the probation.
            return stepUp(state);
        }
        long version = exclusionVersion.current();
        if (forgivenAt != version) {
            ownCell.forgive();
            projectCell.forgive();
            billingCell.forgive();
            forgivenAt = version;
        }
        return false;
    }

    /** Records the end of an attempt. */
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
