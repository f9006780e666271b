package io.github.geminipool.internal.pool;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.allowance.ProjectQuotas;
import io.github.geminipool.internal.choice.Availability;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.ModelKey;
import io.github.geminipool.internal.choice.ModelKeys;
import io.github.geminipool.internal.choice.PassedOver;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.instance.Instance;
import io.github.geminipool.internal.instance.Instances;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.turn.TurnWalk;
import io.github.geminipool.stats.KeyDecision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Grants, queues and refuses the lease requests of one model. It knows no lock, log or listener: its owner calls it under the
 * model pool's lock, announces what it has settled after that, and calls {@link #lookAgain} at {@link #nextLookNanos()}.
 */
final class Grants {

    /** Maximum number of larger requests skipped in search of one that fits. */
    private static final int MOST_SKIPPED = 64;

    /** A request that has waited this long, half of a quota's minute, is no longer overtaken by smaller ones. */
    private static final long LONGEST_OVERTAKEN_NANOS = 30_000_000_000L;

    private final Lease.Owner owner;
    private final ModelKeys keys;
    private final ProjectQuotas quotas;
    private final RecentDecisions decisions;
    private final Instances instances;
    private final WaitingRequests waiting = new WaitingRequests();
    private final Prospects prospects;
    private final BackgroundTurns background;
    private final SettledRequests settled = new SettledRequests();
    private long nextLook = PoolClock.NEVER;
    private long lastGrant;

    /** When all waiting requests were looked at last. */
    private long servedAt;

    private int betweenAttempts;

    /** The number of attempts that go on without an instance. */
    private int withoutInstance;

    private boolean closed;

    /** Whether calls that wait for other models may go, as their caller has ended one here. */
    private boolean othersMayGo;

    /**
     * Creates instances that nobody uses.
     *
     * @param firstIndex the index of the first instance
     */
    Grants(Lease.Owner owner, int firstIndex, int size, ModelKeys keys, RecentDecisions decisions) {
        this.owner = owner;
        this.keys = keys;
        this.quotas = keys.quotas();
        this.prospects = new Prospects(keys, waiting);
        this.decisions = decisions;
        this.instances = new Instances(owner.model(), firstIndex, size, keys.all(), keys.numberLimit());
        this.background = new BackgroundTurns(keys, instances);
    }

    /** Returns when {@link #lookAgain} has something to do; {@code PoolClock.NEVER} if no request waits. */
    long nextLookNanos() {
        return nextLook;
    }

    /** Returns the requests settled since the last call; null if there are none. */
    @Nullable
    LeaseRequest takeSettled() {
        return settled.take();
    }

    private void refuse(LeaseRequest request, Refusal refusal) {
        if (request.refuse(refusal)) {
            settled.add(request);
            if (refusal.cause() == Refusal.Cause.CALLER_LIMITS) {
                request.caller().refused();
            }
        }
    }

    /** Refuses a request, waiting or not, if its caller's limits keep it from going until its deadline. */
    private boolean refuseByCaller(LeaseRequest request, long now) {
        Refusal refusal = request.isLimited() ? request.callerRefusal(owner.model(), tokens(request), now) : null;
        if (refusal != null) {
            waiting.remove(request);
            refuse(request, refusal);
        }
        return refusal != null;
    }

    private long tokens(LeaseRequest request) {
        return Demand.tokensOf(quotas.reserve(request.demand()));
    }

    /** Returns when a request may go, its keys aside: a past time for now, {@code NEVER} if that is unknown. */
    private long goesAt(LeaseRequest request, long now) {
        long byPriority = background.goesAt(request, now);
        return request.isLimited() ? Math.max(byPriority, request.callerGoesAt(tokens(request), now)) : byPriority;
    }

    /** Grants, refuses or queues a request. */
    void request(LeaseRequest request, long now) {
        keys.requested(request.use());
        if (closed) {
            refuse(request, Refusal.CLOSED);
        } else if (!request.isPending()) {
            // Cancelled before its submission; the cancellation announces it.
            return;
        } else if (quotas.isTooLarge(request.demand(), request.filter())) {
            refuse(request, Refusal.TOO_LARGE);
        } else if (refuseByCaller(request, now)) {
            return;
        } else if (waiting.isEmpty() && mayStart(request) && goesAt(request, now) <= now) {
            decide(request, now);
        } else {
            queueBehindOthers(request, now);
        }
    }

    /** A first attempt waits while as many calls as there are instances hold a thread between attempts. */
    private boolean mayStart(LeaseRequest request) {
        return request.isRetry() || betweenAttempts < instances.size();
    }

    /** Decides about a request with no other ahead of it. */
    private void decide(LeaseRequest request, long now) {
        Availability found = grantIfPossible(request, now);
        if (found == null) {
            return;
        }
        if (prospects.isInVain(request, found, now)) {
            refuse(request, Prospects.refusalOf(request, found));
        } else if (request.deadlineNanos() <= now) {
            if (!refuseByCaller(request, now)) {
                refuse(request, Prospects.refusalOf(request, found));
            }
        } else {
            waiting.add(request, now);
            servedAt = now;
            long change = Math.min(nextChange(found, now), callerNextAt(request, now));
            nextLook = Math.min(request.deadlineNanos(), change);
        }
    }

    /** Grants a request if there is a key and an instance for it; returns null, or what there is now. */
    private @Nullable Availability grantIfPossible(LeaseRequest request, long now) {
        Availability found = look(request, now);
        if (!(found instanceof ModelKey) || !instances.isAnyIdle() || !request.takeOfCaller(tokens(request), now)) {
            return found;
        }
        boolean granted = false;
        try {
            while (found instanceof ModelKey key) {
                granted = grant(request, key, now);
                if (granted) {
                    return null;
                }
                found = look(request, now);
            }
            return found;
        } finally {
            if (!granted) {
                othersMayGo |= request.endedOfCaller(false, -1);
            }
        }
    }

    /** Returns when a request may go by its caller's limits, if not now; else never. */
    private long callerNextAt(LeaseRequest request, long now) {
        long at = request.isLimited() ? request.callerGoesAt(tokens(request), now) : now;
        return at > now ? at : PoolClock.NEVER;
    }

    private static long nextChange(Availability found, long now) {
        return found instanceof Availability.Later later && later.atNanos() > now ? later.atNanos() : PoolClock.NEVER;
    }

    private void queueBehindOthers(LeaseRequest request, long now) {
        waiting.add(request, now);
        serve(now);
        if (!request.isPending()) {
            return;
        }
        Availability found = look(request, now);
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

    private void drop(LeaseRequest request, Refusal refusal) {
        waiting.remove(request);
        refuse(request, refusal);
        if (waiting.isEmpty()) {
            nextLook = PoolClock.NEVER;
        }
    }

    private Availability look(LeaseRequest request, long now) {
        return keys.look(request.filter(), quotas.reserve(request.demand()), now);
    }

    /** Looks at the waiting requests: grants those that can be served, and refuses those that are too late. */
    void lookAgain(long now) {
        if (!waiting.isEmpty()) {
            serve(now);
        }
    }

    private void serve(long now) {
        // If something throws, the alarm serves the rest.
        nextLook = now;
        refuseWithFallback(now);
        long lookAgain = refusePlainInVain(now);
        // The number of tokens for which no plain request gets a key; 0 if none gets one at all.
        long tooMany = lookAgain == PoolClock.NEVER ? Long.MAX_VALUE : 0;
        int skipped = 0;
        boolean isOverdue = background.isOverdue(waiting.background(), now);
        TurnWalk<LeaseRequest> walk = waiting.walk(isOverdue);
        LeaseRequest request = walk.next(betweenAttempts < instances.size());
        while (request != null && instances.isAnyIdle() && (tooMany > 0 || waiting.hasRestricted())) {
            boolean plain = request.isPlain();
            long needs = plain ? quotas.reserve(request.demand()) : 0;
            long goesAt = background.goesAt(request, now);
            long callerGoesAt = request.callerGoesAt(request.isLimited() ? tokens(request) : 0, now);
            if (goesAt > now) {
                lookAgain = Math.min(lookAgain, goesAt);
                walk.leaveClass();
            } else if (callerGoesAt > now) {
                if (!refuseByCaller(request, now)) {
                    lookAgain = Math.min(lookAgain, callerGoesAt);
                    walk.leaveCaller();
                }
            } else if (plain && needs >= tooMany) {
                skipped++;
            } else {
                Availability.Later later = serve(request, now);
                if (later != null) {
                    lookAgain = Math.min(lookAgain, notServed(request, needs, later, now));
                    if (plain) {
                        // Smaller requests may overtake it for a limited time.
                        tooMany = request.waited(now) < LONGEST_OVERTAKEN_NANOS ? needs : 0;
                    }
                } else if (request.isPending()) {
                    // A call to another model has just taken the rest of its caller's limits.
                    lookAgain = Math.min(lookAgain, callerNextAt(request, now));
                } else if (isOverdue && request.isBackground()) {
                    walk.leaveClass();
                }
            }
            if (skipped > MOST_SKIPPED) {
                tooMany = 0;
            }
            request = walk.next(betweenAttempts < instances.size());
        }
        refuseAtDeadline(now);
        servedAt = now;
        nextLook = waiting.isEmpty() ? PoolClock.NEVER : Math.min(lookAgain, waiting.nextDeadline());
    }

    /** Grants a waiting request; returns null, or when there is a key for it if there is none now. */
    private Availability.@Nullable Later serve(LeaseRequest request, long now) {
        Availability found = grantIfPossible(request, now);
        if (found instanceof Availability.Later later) {
            return later;
        }
        if (found == null) {
            waiting.served(request);
        }
        return null;
    }

    /** Refuses a request that can't wait for its next key; returns when that is, since others may wait for it. */
    private long notServed(LeaseRequest request, long needs, Availability.Later later, long now) {
        if (request.isPlain() && needs == 0) {
            // A key that was free may be excluded now, while one attempt probes it.
            return refusePlainInVain(now);
        }
        if (prospects.isInVain(request, later, now)) {
            waiting.remove(request);
            refuse(request, Prospects.refusalOf(request, later));
        }
        return later.atNanos();
    }

    private void refuseAtDeadline(long now) {
        for (LeaseRequest late : waiting.removeDue(now)) {
            // A background call that only keeps its pace goes now.
            Availability found =
                    late.isBackground() && !refuseByCaller(late, now) ? grantIfPossible(late, now) : look(late, now);
            if (found != null && late.isPending() && !refuseByCaller(late, now)) {
                refuse(late, Prospects.refusalOf(late, found));
            }
        }
    }

    /** Refuses the requests with a fallback model if this model is overloaded. */
    private void refuseWithFallback(long now) {
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
    private long refusePlainInVain(long now) {
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

    /** Settles a request; returns false if another attempt has just begun to probe the key. */
    private boolean grant(LeaseRequest request, ModelKey key, long now) {
        List<ExclusionCell> probes = keys.beginProbes(key, request.demand().isCounted(), now);
        if (probes == null) {
            return false;
        }
        long reserved = quotas.reserve(request.demand());
        if (request.isExplained() || decisions.isOn()) {
            explain(request, reserved, key);
        }
        // Clocks that were read before the lock was acquired are out of order.
        lastGrant = Math.max(lastGrant, now);
        Instance instance = instances.bestFor(key);
        // Created before the instance is taken, so that an OutOfMemoryError loses nothing.
        Lease lease = new Lease(owner, instance, key, lastGrant, request, reserved, probes);
        instances.take(instance, key, now);
        if (!request.grant(lease)) {
            // It has just been cancelled: the next request gets the instance.
            instances.giveBack(instance);
            probes.forEach(probe -> probe.endProbe(now));
            othersMayGo |= request.endedOfCaller(false, -1);
            return true;
        }
        if (request.isRetry()) {
            betweenAttempts--;
        }
        // Before anything else can throw: a request that is granted must be announced.
        settled.add(request);
        background.granted(request, waiting.background(), now);
        keys.granted(lease);
        return true;
    }

    private void explain(LeaseRequest request, long reserved, ModelKey key) {
        KeyDecision decision = keys.explain(request.filter(), reserved, key);
        request.decided(decision);
        decisions.add(decision);
    }

    /** Decides which slots to order for the waiting requests. */
    void order(SlotOrders orders, long now) {
        int idle = instances.size() - instances.inUse();
        int mayGo = waiting.background() > 0 && background.nextAt(now) <= now ? 1 : 0;
        orders.decide(waiting, idle, betweenAttempts < instances.size(), mayGo, servedAt, now);
    }

    /** Forecasts when the last of many background calls can be sent. */
    long sentBy(long requests, long tokens, long midnight, long now) {
        return background.sentBy(requests, tokens, midnight, now);
    }

    /** Removes a cancelled request from the queue. */
    void cancelled(LeaseRequest request) {
        waiting.remove(request);
        if (waiting.isEmpty()) {
            nextLook = PoolClock.NEVER;
        }
    }

    /** Records that a call holds a thread between its attempts, until its next request is granted. */
    void attemptsBegin() {
        betweenAttempts++;
    }

    void attemptsEnd() {
        betweenAttempts--;
    }

    /** Takes an instance to probe a key, ahead of waiting requests; null if there is nothing to probe or none is idle. */
    @Nullable
    Lease probe(KeyHealth of, long now) {
        ModelKey key = closed || !instances.isAnyIdle() ? null : keys.find(of);
        List<ExclusionCell> probes = key == null ? null : keys.beginProbes(key, false, now);
        if (key == null || probes == null || probes.isEmpty()) {
            return null;
        }
        lastGrant = Math.max(lastGrant, now);
        Instance instance = instances.bestFor(key);
        LeaseRequest request = LeaseRequest.ofProbe();
        Lease lease = new Lease(owner, instance, key, lastGrant, request, -1, probes);
        instances.takeForProbe(instance);
        background.granted(request, 0, now);
        keys.probeGranted(key, now);
        return lease;
    }

    /**
     * Takes an instance back, and serves the waiting requests even if something throws.
     *
     * @return null unless its key is passed over from now on
     */
    @Nullable
    PassedOver takeBack(Lease lease, Outcome outcome, long elapsed, long now) {
        if (lease.isWithoutInstance()) {
            withoutInstance--;
        } else {
            instances.giveBack(lease.instance());
        }
        background.ended(lease.request());
        othersMayGo |= lease.request().endedOfCaller(outcome.sent(), outcome.countedTokens());
        try {
            keys.released(lease.key(), outcome.isSuccess(), elapsed);
            keys.settle(lease, outcome.sent(), outcome.countedTokens());
            return judge(lease, outcome, now);
        } finally {
            lookAgain(now);
        }
    }

    /** Takes the instance of an attempt back that goes on without one. */
    void takeInstanceBack(Lease lease) {
        withoutInstance++;
        instances.giveBack(lease.instance());
    }

    private @Nullable PassedOver judge(Lease lease, Outcome outcome, long now) {
        boolean success = outcome.isSuccess();
        return success || outcome.isAmbiguous()
                ? keys.judge(lease.key(), lease.use(), success, lease.grantedNanos(), now)
                : null;
    }

    /** Returns whether calls that wait for other models may go, as a caller's limits admit more; once. */
    boolean takeOthersMayGo() {
        boolean mayGo = othersMayGo;
        othersMayGo = false;
        return mayGo;
    }

    void keysChanged(long now) {
        keys.keysChanged();
        instances.keysChanged(keys.all(), keys.numberLimit(), now);
    }

    void evenOut(long now) {
        instances.evenOut(keys.all(), now);
    }

    void reset() {
        instances.bindInTurn(keys.all());
        keys.reset();
    }

    /** Refuses the waiting requests and all later ones. */
    void close() {
        closed = true;
        for (LeaseRequest request : waiting.removeAll()) {
            refuse(request, Refusal.CLOSED);
        }
        nextLook = PoolClock.NEVER;
    }

    boolean isIdle() {
        return instances.inUse() == 0 && withoutInstance == 0;
    }

    boolean isInstanceWaitedFor() {
        return !waiting.isEmpty() && !instances.isAnyIdle();
    }

    Instances instances() {
        return instances;
    }

    int waiting() {
        return waiting.size();
    }

    int betweenAttempts() {
        return betweenAttempts;
    }
}
