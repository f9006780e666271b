package io.github.geminipool.internal.allowance;

import io.github.geminipool.event.ForeignUse;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.internal.quota.ForeignUses;
import io.github.geminipool.internal.quota.Ledger;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.stats.QuotaUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Learns from refusals for the quotas of one model. Guarded by the model pool's lock. */
final class RefusalLessons {

    private static final long MINUTE = 60_000_000_000L;

    private final String model;
    private final PoolClock clock;
    private final ForeignUses foreignUses = new ForeignUses();

    /** The projects whose refusals named a model other than the pool's. */
    private final Set<String> namedOtherwise = new HashSet<>(0);

    RefusalLessons(String model, PoolClock clock) {
        this.model = model;
        this.clock = clock;
    }

    /**
     * Learns from a refusal: limits, and whether others use the project.
     *
     * @param ledger the ledger to be used from now on
     * @param expectsOthers whether others may use the project, or not all that was sent is known
     */
    Lessons learn(
            QuotaUse lease,
            Ledger ledger,
            List<ExceededQuota> exceeded,
            Failure failure,
            boolean expectsOthers,
            long now) {
        String project = lease.key().project().name();
        // What was sent under another name of the model is not in the ledger until both names share one.
        boolean isNamedAnew = isNamedAnew(project, exceeded);
        // In its first minute, the pool does not know what was sent before it started.
        List<ForeignUse> foreign = expectsOthers || isNamedAnew || now < MINUTE || !ledger.knowsAll(now)
                ? List.of()
                : foreignUse(project, exceeded, ledger.usage(project, now), now);
        List<String> tooHigh = new ArrayList<>(0);
        for (ExceededQuota quota : exceeded) {
            if (showsWrongLimit(ledger, quota, lease, roomAt(failure, now), now)) {
                tooHigh.add("The limit of " + quota.unit() + " configured for " + failure.scope()
                        + " is higher than Gemini's, which is " + quota.limit());
            }
        }
        return new Lessons(tooHigh, foreign);
    }

    /** Returns whether a project's refusal names a model other than the pool's for the first time. */
    private boolean isNamedAnew(String project, List<ExceededQuota> exceeded) {
        return exceeded.stream()
                        .anyMatch(
                                quota -> quota.model() != null && !quota.model().equals(model))
                && namedOtherwise.add(project);
    }

    private List<ForeignUse> foreignUse(
            String project, List<ExceededQuota> exceeded, List<QuotaUsage> usage, long now) {
        return exceeded.stream()
                .map(quota -> foreignUses.refused(project, model, quota, usage, now))
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }

    private static boolean showsWrongLimit(Ledger ledger, ExceededQuota quota, QuotaUse lease, long roomAt, long now) {
        return switch (quota.unit()) {
            case REQUESTS_PER_MINUTE ->
                ledger.refusedByMinute(quota.limit(), lease.reserved(), lease.takenNanos(), now, roomAt);
            case TOKENS_PER_MINUTE ->
                ledger.refusedByTokens(quota.limit(), lease.reserved(), lease.takenNanos(), now, roomAt);
            case REQUESTS_PER_DAY -> ledger.refusedByDay(quota.limit(), now);
        };
    }

    private long roomAt(Failure failure, long now) {
        Instant until = failure.kind() == FailureKind.RATE_LIMITED ? failure.until() : null;
        return until == null ? now + MINUTE : clock.nanosAt(until);
    }

    /** Adds the use by others to that of the ledgers. */
    List<QuotaUsage> addForeignTo(List<QuotaUsage> usage, long now) {
        return foreignUses.addTo(usage, now);
    }
}
