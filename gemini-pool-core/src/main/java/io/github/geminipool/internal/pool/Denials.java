package io.github.geminipool.internal.pool;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.choice.Availability;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.ModelKey;
import io.github.geminipool.internal.choice.ModelKeys;
import io.github.geminipool.internal.instance.BackgroundTurns;
import io.github.geminipool.internal.instance.Instances;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.turn.WaitingQueue;
import java.util.List;

/** Refuses lease requests as soon as it is known that they would wait in vain. Guarded by the model pool's lock. */
final class Denials {

    private final ModelKeys keys;
    private final Grantor grantor;
    private final Instances instances;
    private final BackgroundTurns background;
    private final WaitingQueue<LeaseRequest> waiting;
    private final Prospects prospects;
    private final SettledRequests settled;

    Denials(
            ModelKeys keys,
            Grantor grantor,
            Instances instances,
            BackgroundTurns background,
            WaitingQueue<LeaseRequest> waiting,
            SettledRequests settled) {
        this.keys = keys;
        this.grantor = grantor;
        this.instances = instances;
        this.background = background;
        this.waiting = waiting;
        this.prospects = new Prospects(keys, waiting);
        this.settled = settled;
    }

    void refuse(LeaseRequest request, Refusal refusal) {
        if (request.refuse(refusal)) {
            settled.add(request);
            if (refusal.cause() == Refusal.Cause.CALLER_LIMITS) {
                request.caller().refused();
            }
        }
    }

    /** Refuses a waiting request. */
    private void drop(LeaseRequest request, Refusal refusal) {
        waiting.remove(request);
        refuse(request, refusal);
    }

    /**
     * Refuses a request, waiting or not, if its caller's limits don't admit it before its deadline.
     *
     * @param isHeld whether it could not go although a key was available
     */
    boolean refuseByCaller(LeaseRequest request, boolean isHeld, long now) {
        Refusal refusal = request.isLimited()
                ? request.callerRefusal(grantor.tokens(request), waiting.turns().aheadOfNew(request), isHeld, now)
                : null;
        if (refusal != null) {
            drop(request, refusal);
        }
        return refusal != null;
    }

    /** Refuses a new request for which waiting is in vain or not allowed; returns false if it may wait. */
    boolean refuseAtOnce(LeaseRequest request, Availability found, boolean isHeld, long now) {
        if (prospects.isInVain(request, found, now)) {
            refuse(request, Prospects.refusalOf(request, found));
        } else if (request.deadlineNanos() <= now) {
            refuseLate(request, found, isHeld, now);
        }
        return !request.isPending();
    }

    /** Refuses a request that was just queued behind others if, as far as is known, its turn comes too late. */
    void refuseIfTooFarBehind(LeaseRequest request, long now) {
        Availability found = grantor.look(request, now);
        if (prospects.isInVain(request, found, now)) {
            drop(request, Prospects.refusalOf(request, found));
            return;
        }
        long turn = prospects.turnOf(request, now);
        if (turn > now && !(found instanceof Availability.Later later && later.mayEndAnyMoment())) {
            Failure fallBackFor = request.hasFallback() ? keys.fallBackFor(request.filter(), now) : null;
            drop(request, new Refusal(Refusal.Cause.NO_KEY, turn, fallBackFor));
        }
    }

    /** Refuses a request whose turn has come if it can't wait until a key becomes available. */
    void refuseIfInVain(LeaseRequest request, Availability.Later later, long now) {
        if (prospects.isInVain(request, later, now)) {
            drop(request, Prospects.refusalOf(request, later));
        }
    }

    /** Refuses the requests that have reached their deadlines. */
    void refuseAtDeadline(long now) {
        while (waiting.nextDeadline() <= now) {
            LeaseRequest late = waiting.nextDue();
            boolean isHeld = waiting.turns().isHeld(late.caller(), late.isBackground());
            waiting.remove(late);
            refuseLate(late, grantor.look(late, now), isHeld, now);
        }
    }

    private void refuseLate(LeaseRequest late, Availability found, boolean isHeld, long now) {
        if (refuseByCaller(late, isHeld, now)) {
            return;
        }
        long paced = background.goesAt(late, now);
        boolean isPaced = found instanceof ModelKey && paced > now && instances.isAnyIdle();
        refuse(late, isPaced ? new Refusal(Refusal.Cause.PACE, paced) : Prospects.refusalOf(late, found));
    }

    /** Refuses the requests with a fallback model if this model is overloaded. */
    void refuseWithFallback(long now) {
        Failure overload = waiting.hasFallbacks() ? keys.overload(now) : null;
        if (overload != null) {
            Refusal refusal = new Refusal(Refusal.Cause.NO_KEY, keys.nextUsable(KeyFilter.ANY, 0, now), overload);
            for (LeaseRequest request : waiting.removeWithFallback()) {
                refuse(request, refusal);
            }
        }
    }

    /**
     * If no key is usable at all, refuses the plain requests that can't wait for the next one.
     *
     * @return when the next key is usable; {@code NEVER} if one is now, or no plain request is left
     */
    long refusePlainInVain(long now) {
        if (!waiting.hasPlain() || keys.nextUsable(KeyFilter.ANY, 0, now) <= now) {
            return PoolClock.NEVER;
        }
        if (!(keys.look(KeyFilter.ANY, 0, now) instanceof Availability.Later later)) {
            return PoolClock.NEVER;
        }
        if (later.mayEndAnyMoment()) {
            return later.atNanos();
        }
        List<LeaseRequest> inVain = waiting.removePlainBefore(later.atNanos());
        // They are interchangeable, and there may be very many.
        Failure fallBackFor = inVain.stream().anyMatch(LeaseRequest::hasFallback) ? later.fallBackFor() : null;
        for (LeaseRequest request : inVain) {
            refuse(
                    request,
                    new Refusal(Refusal.Cause.NO_KEY, later.atNanos(), request.hasFallback() ? fallBackFor : null));
        }
        return waiting.hasPlain() ? later.atNanos() : PoolClock.NEVER;
    }

    /** Refuses all waiting requests. */
    void close() {
        for (LeaseRequest request : waiting.removeAll()) {
            refuse(request, Refusal.CLOSED);
        }
    }
}
