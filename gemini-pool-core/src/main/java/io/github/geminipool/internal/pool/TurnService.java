package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.allowance.ProjectQuotas;
import io.github.geminipool.internal.choice.Availability;
import io.github.geminipool.internal.choice.ModelKey;
import io.github.geminipool.internal.choice.ModelKeys;
import io.github.geminipool.internal.instance.BackgroundTurns;
import io.github.geminipool.internal.instance.Instances;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.turn.TurnWalk;
import io.github.geminipool.internal.turn.WaitingQueue;

/**
 * Looks at the waiting requests in turn: grants those that can be served, holds back those that their callers' limits don't admit,
 * and has those refused that are too late. Guarded by the model pool's lock.
 */
final class TurnService {

    /** Maximum number of larger requests skipped in search of one that fits. */
    private static final int MOST_SKIPPED = 64;

    /** A request that has waited this long, half of a quota's minute, is no longer overtaken by smaller ones. */
    private static final long LONGEST_OVERTAKEN_NANOS = 30_000_000_000L;

    /** A background request that has been due for this long, the minute of a quota, is no longer overtaken. */
    private static final long LONGEST_IN_BACKGROUND_NANOS = 60_000_000_000L;

    private final Lease.Owner owner;
    private final ProjectQuotas quotas;
    private final Instances instances;
    private final BackgroundTurns background;
    private final WaitingQueue<LeaseRequest> waiting;
    private final Grantor grantor;
    private final Denials denials;
    /** When the next of them may be served, as far as this round has found out. */
    private long lookAgain;
    /** Plain requests with at least this many tokens get no key; 0 if none gets one at all. */
    private long tooMany;
    /** Whether an interactive request that accepts any key was skipped for lack of quota. */
    private boolean isInteractiveWaiting;

    TurnService(
            Lease.Owner owner,
            ModelKeys keys,
            Instances instances,
            BackgroundTurns background,
            WaitingQueue<LeaseRequest> waiting,
            Grantor grantor,
            Denials denials) {
        this.owner = owner;
        this.quotas = keys.quotas();
        this.instances = instances;
        this.background = background;
        this.waiting = waiting;
        this.grantor = grantor;
        this.denials = denials;
    }

    /** Looks at the waiting requests; returns when to look again. */
    long serve(long now) {
        denials.refuseWithFallback(now);
        lookAgain = denials.refusePlainInVain(now);
        tooMany = lookAgain == PoolClock.NEVER ? Long.MAX_VALUE : 0;
        isInteractiveWaiting = false;
        waiting.turns().moveTo(now);
        int skipped = 0;
        boolean isOverdue = background.isOverdue(waiting.background(), now);
        TurnWalk<LeaseRequest> walk = waiting.walk(isOverdue);
        LeaseRequest request = walk.next(mayBegin());
        while (request != null && instances.isAnyIdle() && (tooMany > 0 || waiting.hasRestricted())) {
            long goesAt = background.goesAt(request, now);
            if (isInteractiveWaiting && request.isBackground() && !request.isRetry()) {
                // However small, they would use up what that one waits for.
                tooMany = 0;
            }
            if (goesAt > now) {
                lookAgain = Math.min(lookAgain, goesAt);
                walk.leaveClass();
            } else if (!request.mayGoByCaller(owner, request.isLimited() ? grantor.tokens(request) : 0, now)) {
                hold(request, walk, now);
            } else if (request.isPlain() && quotas.reserve(request.demand()) >= tooMany) {
                isInteractiveWaiting |= !request.isBackground();
                skipped++;
            } else if (!serve(request, now)) {
                // A call to another model has just used up the caller's limits.
                hold(request, walk, now);
            } else if (isOverdue && request.isBackground() && !request.isPending()) {
                walk.leaveClass();
            }
            if (skipped > MOST_SKIPPED) {
                tooMany = 0;
            }
            request = walk.next(mayBegin());
        }
        denials.refuseAtDeadline(now);
        return waiting.isEmpty()
                ? PoolClock.NEVER
                : Math.min(
                        lookAgain,
                        Math.min(waiting.nextDeadline(), waiting.turns().nextHeldAt()));
    }

    private boolean mayBegin() {
        return instances.mayBegin(waiting.turns().heldRetries());
    }

    /** Grants a waiting request if there is a key for it; returns false if only its caller's limits stand in the way. */
    private boolean serve(LeaseRequest request, long now) {
        Availability found = grantor.grantIfPossible(request, now);
        if (found == null) {
            waiting.served(request);
        } else if (found instanceof Availability.Later later) {
            notServed(request, later, now);
        }
        return !(found instanceof ModelKey);
    }

    private void notServed(LeaseRequest request, Availability.Later later, long now) {
        boolean plain = request.isPlain();
        long needs = plain ? quotas.reserve(request.demand()) : 0;
        if (plain && needs == 0) {
            // A key that was free may now be excluded while one attempt probes it.
            lookAgain = Math.min(lookAgain, denials.refusePlainInVain(now));
        } else {
            // Others may be able to wait for the same key, even if this one can't.
            denials.refuseIfInVain(request, later, now);
            lookAgain = Math.min(lookAgain, later.atNanos());
        }
        if (plain) {
            isInteractiveWaiting |= !request.isBackground();
            // Smaller requests may overtake it for a limited time.
            tooMany = mayBeOvertaken(request, now) ? needs : 0;
        }
    }

    /** At first, a background request only waits for its pace, and must not keep interactive ones waiting. */
    private boolean mayBeOvertaken(LeaseRequest request, long now) {
        return request.isBackground()
                ? Math.min(request.waited(now), background.dueFor(now)) < LONGEST_IN_BACKGROUND_NANOS
                : request.waited(now) < LONGEST_OVERTAKEN_NANOS;
    }

    private void hold(LeaseRequest request, TurnWalk<LeaseRequest> walk, long now) {
        if (!denials.refuseByCaller(request, true, now)) {
            walk.leaveCaller();
            hold(request, now);
        }
    }

    /** Holds a waiting request back because its caller's limits don't admit it. */
    void hold(LeaseRequest request, long now) {
        waiting.turns().hold(request);
        waiting.turns().mayGoAt(request.caller(), request.callerGoesAt(grantor.tokens(request), now), now);
    }
}
