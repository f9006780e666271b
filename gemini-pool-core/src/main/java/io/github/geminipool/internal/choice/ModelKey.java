package io.github.geminipool.internal.choice;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.allowance.ProjectQuotas;
import io.github.geminipool.internal.allowance.QuotaKey;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.quota.Ledger;
import io.github.geminipool.key.Project;
import io.github.geminipool.key.Use;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A key as a candidate for one model. Guarded by the model pool's lock. */
public final class ModelKey extends KeyUse implements Availability, QuotaKey {

    private final int number;
    private final KeyHealth health;
    private final Project project;
    private final Scope.ProjectModel projectModel;
    private final ExclusionCell[] cells;

    /** Its position among the keys of its tier, and until when it is set aside there; kept by {@link TierKeys}. */
    int place;

    long setAsideUntil;

    /** The versions of the exclusions at which it was last found free of exclusions, and of faults. */
    private long freeAt = -1;

    private long faultlessAt = -1;

    /** Whether its key was healthy at the last look. */
    private boolean healthy = true;

    /** Whether it gets more than its share of the calls; set by the periodic check. */
    private boolean overused;

    /** What is known about it for particular uses; null until something is. */
    private @Nullable UseRecords records;

    /** When it last got a response to a request of the usual use; 0 if never. */
    private long answeredNanos;

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

    @Override
    public KeyHealth health() {
        return health;
    }

    @Override
    public @Nullable Ledger ledger() {
        return ledger;
    }

    @Override
    public void ledger(@Nullable Ledger newLedger) {
        ledger = newLedger;
    }

    /** Returns its number among the keys of its model pool: small, and unique among the present keys. */
    public int number() {
        return number;
    }

    /**
     * Returns until when something excludes it from a request at the scoring time, or its project has no quota for the request; 0
     * if neither.
     *
     * @param tokens the tokens to reserve; less than 0 for a request that takes no quota
     */
    long excludedUntil(long tokens) {
        long byFailure = freeAt == time().exclusionVersion()
                ? 0
                : tokens < 0 ? excludedFromFreeRequestsUntil() : excludedByFailureUntil();
        if (freeAt != time().exclusionVersion() || time().use() != time().usual()) {
            byFailure = Math.max(byFailure, excludedForUseUntil(tokens >= 0));
        }
        return tokens < 0 || ledger == null ? byFailure : Math.max(byFailure, quotaUsedUntil(tokens));
    }

    /** Returns until when something other than a quota excludes it; 0 if nothing does. */
    private long excludedFromFreeRequestsUntil() {
        long until = 0;
        for (ExclusionCell cell : cells) {
            Exclusion exclusion = cell.at(time().nanos());
            if (exclusion != null && !isOfQuota(exclusion)) {
                until = Math.max(until, exclusion.untilNanos());
            }
        }
        healthy = health.isHealthy();
        return until;
    }

    private static boolean isOfQuota(ExclusionCell cell) {
        Exclusion latest = cell.latest();
        return latest != null && isOfQuota(latest);
    }

    /** Returns whether an exclusion is due to a quota, which not all requests take. */
    private static boolean isOfQuota(Exclusion exclusion) {
        Failure failure = exclusion.failure();
        return failure != null
                && switch (failure.cause()) {
                    case MINUTE_QUOTA, DAILY_QUOTA, NO_QUOTA -> true;
                    default -> false;
                };
    }

    /** Returns until when it is excluded for the use that the choice is for; 0 if it is not. */
    private long excludedForUseUntil(boolean takesQuota) {
        ExclusionCell cell = cellOf(time().use());
        Exclusion exclusion = cell == null ? null : cell.at(time().nanos());
        return exclusion == null || (!takesQuota && isOfQuota(exclusion)) ? 0 : exclusion.untilNanos();
    }

    /** Returns until when it is excluded for requests of any size and use; 0 if it is not. */
    long excludedForAllUntil() {
        long byFailure = freeAt == time().exclusionVersion() ? 0 : excludedByFailureUntil();
        return ledger == null ? byFailure : Math.max(byFailure, quotaUsedUntil(0));
    }

    private long excludedByFailureUntil() {
        long now = time().nanos();
        Exclusion exclusion = longestForAll(now);
        if (exclusion != null) {
            return exclusion.untilNanos();
        }
        healthy = health.isHealthy();
        if (healthy && isFree(now)) {
            freeAt = time().exclusionVersion();
        }
        return 0;
    }

    /**
     * Returns how reluctantly it is used: 0 if nothing speaks against it; else it is used only if no key with a lower value is
     * available. Valid right after {@link #excludedUntil} returned 0.
     */
    int reluctance() {
        if (isPassedOver()) {
            return 2;
        }
        return overused || (!healthy && !health.isTrusted(inFlight())) ? 1 : 0;
    }

    /** Returns whether it is passed over because it fails while others succeed. */
    boolean isPassedOver() {
        Suspicion suspected = suspicion();
        return suspected != null && suspected.isPassedOver(time().nanos(), !time().mayTry() || inFlight() > 0);
    }

    /** Returns whether its next attempt is a trial of whether it still fails. */
    boolean isOnTrial() {
        Suspicion suspected = suspicion();
        return suspected != null && suspected.isOnTrial();
    }

    /** Returns its suspicion for the use that the choice is for; null if it never failed. */
    @Nullable
    Suspicion suspicion() {
        return records == null ? null : records.suspicion(time().use());
    }

    /** Returns its suspicion for the use that the choice is for, creating it if there is none. */
    Suspicion suspected() {
        return records().suspected(time().use(), Math.max(0, usage() - 1));
    }

    private UseRecords records() {
        UseRecords known = records;
        if (known == null) {
            known = new UseRecords();
            records = known;
        }
        return known;
    }

    /** Makes it respect an exclusion of its project for one use of the model. */
    void heeds(Use use, ExclusionCell cell) {
        records().heed(use, cell);
    }

    private @Nullable ExclusionCell cellOf(Use use) {
        return records == null ? null : records.cell(use);
    }

    /** Returns an upper bound of the failure rate to expect from it. */
    double highestFailureRate(int others) {
        return Suspicion.highestRate(suspicion(), usage(), others);
    }

    /** Returns when it last got a response for the use that the choice is for; 0 if never. */
    long answeredNanos() {
        if (time().use() == time().usual()) {
            return answeredNanos;
        }
        return records == null ? 0 : records.answeredNanos(time().use());
    }

    void answered() {
        if (time().use() == time().usual()) {
            answeredNanos = time().nanos();
        } else {
            records().answered(time().use(), time().nanos());
        }
    }

    @Override
    void reset() {
        super.reset();
        records = null;
        answeredNanos = 0;
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

    /** Returns whether it may become usable at any moment, because running attempts probe everything that excludes it. */
    boolean isProbed(long nowNanos) {
        if (quotaUsedUntil(nowNanos, 0) > 0) {
            return false;
        }
        for (ExclusionCell cell : cells) {
            if (cell.at(nowNanos) != null && !cell.isProbed()) {
                return false;
            }
        }
        ExclusionCell ofUse = cellOf(time().use());
        return ofUse == null || ofUse.at(nowNanos) == null || ofUse.isProbed();
    }

    private boolean isFree(long nowNanos) {
        for (ExclusionCell cell : cells) {
            if (!cell.isFree(nowNanos)) {
                return false;
            }
        }
        ExclusionCell usual = cellOf(time().usual());
        return usual == null || usual.isFree(nowNanos);
    }

    /**
     * Begins the probes that its next attempt makes.
     *
     * @param takesQuota whether the attempt takes quota; if not, it probes no quota
     * @return the probes; null if another attempt already makes one of them, so that this attempt must not be made
     */
    public @Nullable List<ExclusionCell> beginProbes(boolean takesQuota, long nowNanos, long exclusionVersion) {
        ExclusionCell ofUse = cellOf(time().use());
        if (freeAt == exclusionVersion && (ofUse == null || ofUse.isFree(nowNanos))) {
            return List.of();
        }
        List<ExclusionCell> probes = new ArrayList<>(1);
        for (int i = 0; i <= cells.length; i++) {
            ExclusionCell cell = i < cells.length ? cells[i] : ofUse;
            if (cell == null || cell.isFree(nowNanos) || (!takesQuota && isOfQuota(cell))) {
                continue;
            }
            if (!cell.beginProbe(nowNanos)) {
                probes.forEach(begun -> begun.endProbe(nowNanos));
                return null;
            }
            probes.add(cell);
        }
        return probes.isEmpty() ? List.of() : probes;
    }

    /**
     * Begins the probes of the key and its project that a request makes which shows nothing else: no model or use works because of it.
     *
     * @return the probes; empty if there is nothing to probe, or another attempt does
     */
    public List<ExclusionCell> beginProbesOfKey(long nowNanos) {
        List<ExclusionCell> probes = new ArrayList<>(1);
        for (ExclusionCell cell : List.of(health.ownCell(), health.projectCell())) {
            if (cell.isFree(nowNanos)) {
                continue;
            }
            if (!cell.beginProbe(nowNanos)) {
                probes.forEach(begun -> begun.endProbe(nowNanos));
                return List.of();
            }
            probes.add(cell);
        }
        return probes;
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
        // A call falls back to another model because of a daily quota, but not because of a quota per minute.
        Failure failure = used.isDayUsedUp(nowNanos)
                ? new Failure(FailureKind.DAILY_QUOTA_EXHAUSTED, projectModel, null, false, 0, reason)
                : null;
        return new Exclusion(projectModel, untilNanos, reason, failure);
    }

    /** Returns its longest exclusion that is due to failures; null if there is none. */
    public @Nullable Exclusion exclusionByFailure(long nowNanos) {
        ExclusionCell ofUse = cellOf(time().use());
        return longer(ofUse == null ? null : ofUse.at(nowNanos), longestForAll(nowNanos));
    }

    /** Returns its longest exclusion that is due to failures and not limited to one use; null if there is none. */
    private @Nullable Exclusion longestForAll(long nowNanos) {
        Exclusion longest = null;
        for (ExclusionCell cell : cells) {
            longest = longer(longest, cell.at(nowNanos));
        }
        return longest;
    }

    private static @Nullable Exclusion longer(@Nullable Exclusion one, @Nullable Exclusion other) {
        return one == null || (other != null && other.untilNanos() > one.untilNanos()) ? other : one;
    }

    int tier() {
        return project.tier();
    }

    /** Returns whether it was used less recently than another; of two that were never used, whether it comes first. */
    boolean isLessRecentThan(ModelKey other) {
        return lastUse() < other.lastUse()
                || (lastUse() == other.lastUse()
                        && time().place(health.position()) < time().place(other.health.position()));
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

    /** Returns 0 for a key that is passed over: it is chosen when its trial is due, which is soon. */
    @Override
    public double errorRate() {
        Suspicion suspected = suspicion();
        if (suspected == null) {
            return ownErrorRate();
        }
        return suspected.isOnTrial() ? 0 : Math.max(ownErrorRate(), suspected.degree(time().nanos()));
    }

    private double ownErrorRate() {
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
