package io.github.geminipool.internal.pool;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.quota.Ledger;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.spi.CallFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The ledgers of all projects for one model: keys of one project share one, and none has any as long as no limit is known.
 * Guarded by the model pool's lock.
 */
final class ProjectQuotas {

    private static final long MINUTE = 60_000_000_000L;

    private final String model;
    private final List<ModelKey> keys;
    private final PoolContext context;

    /** Whether quotas hold for the model: what names none has none, and invented ones have nothing in common. */
    private final boolean isLimited;

    private boolean isAnyKnown;

    ProjectQuotas(String model, List<ModelKey> keys, PoolContext context) {
        this.model = model;
        this.keys = keys;
        this.context = context;
        this.isLimited = !model.equals(CallFacts.NO_MODEL) && !model.equals(ModelPools.OTHER_MODELS);
        if (isLimited) {
            Map<String, Ledger> ledgers = new HashMap<>();
            for (ModelKey key : keys) {
                Limits limits = limitsOf(key.project());
                if (isKnown(limits)) {
                    key.ledger = ledgers.computeIfAbsent(key.project().name(), project -> ledger(limits));
                }
            }
            this.isAnyKnown = !ledgers.isEmpty();
        }
    }

    private Limits limitsOf(Project project) {
        return context.limits().apply(project, model);
    }

    private static boolean isKnown(Limits limits) {
        return limits.requestsPerMinute() != null || limits.requestsPerDay() != null;
    }

    /** Whether there is a limit for any project. */
    boolean isAnyKnown() {
        return isAnyKnown;
    }

    private Ledger ledger(Limits limits) {
        return new Ledger(limits, context.clock()::instantAt);
    }

    private Ledger open(Project project) {
        isAnyKnown = true;
        Ledger ledger = ledger(limitsOf(project));
        for (ModelKey key : keys) {
            if (key.project().name().equals(project.name())) {
                key.ledger = ledger;
            }
        }
        return ledger;
    }

    /** Gives back what a lease took of its quota without sending anything; returns whether somebody may be glad of it. */
    static boolean giveBack(Lease lease) {
        Ledger ledger = lease.key().ledger;
        return ledger != null && ledger.giveBack(lease.grantedNanos());
    }

    /** Learns limits from a refusal; returns in words which configured ones are too high, each of them once. */
    List<String> learn(Lease lease, Failure failure, long now) {
        if (!isLimited) {
            return List.of();
        }
        Ledger known = lease.key().ledger;
        Ledger ledger = known == null ? open(lease.key().project()) : known;
        List<String> tooHigh = new ArrayList<>(0);
        for (ExceededQuota quota : lease.exceeded()) {
            boolean isTooHigh = quota.perDay()
                    ? ledger.refusedByDay(quota.limit(), now)
                    : ledger.refusedByMinute(quota.limit(), lease.grantedNanos(), now, roomAt(failure, now));
            if (isTooHigh) {
                tooHigh.add(
                        "The limit of requests a " + (quota.perDay() ? "day" : "minute") + " that is configured for "
                                + failure.scope() + " is higher than Gemini's, which is " + quota.limit());
            }
        }
        return tooHigh;
    }

    private long roomAt(Failure failure, long now) {
        Instant until = failure.kind() == FailureKind.RATE_LIMITED ? failure.until() : null;
        return until == null ? now + MINUTE : context.clock().nanosAt(until);
    }

    /** Forgets what was learned. */
    void forget() {
        for (ModelKey key : keys) {
            if (key.ledger != null) {
                key.ledger.forget();
            }
        }
    }

    /** Why a key can't be used for want of quota, in the terms of exclusions. */
    static Exclusion exclusion(Ledger ledger, Scope.ProjectModel scope, long until, long now) {
        String reason = ledger.why(now);
        // Whoever has another model to go on with does so for the day, not for a minute.
        Failure failure = ledger.isDayUsedUp(now)
                ? new Failure(FailureKind.DAILY_QUOTA_EXHAUSTED, scope, null, false, 0, reason)
                : null;
        return new Exclusion(scope, until, reason, failure);
    }
}
