package io.github.geminipool.internal.pool;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.choice.Availability;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.ModelKey;
import io.github.geminipool.internal.choice.ModelKeys;
import io.github.geminipool.internal.choice.ProjectQuotas;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
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
    private final Instance[] instances;
    private final IdleInstances idle = new IdleInstances();
    private final Bindings bindings;
    private final WaitingRequests waiting = new WaitingRequests();
    private final SettledRequests settled = new SettledRequests();
    private long nextLook = PoolClock.NEVER;
    private long lastGrant;
    private int betweenAttempts;
    private boolean closed;

    Grants(Lease.Owner owner, int size, ModelKeys keys, RecentDecisions decisions) {
        this.owner = owner;
        this.keys = keys;
        this.quotas = keys.quotas();
        this.decisions = decisions;
        this.instances = new Instance[size];
        this.bindings = new Bindings(owner.model(), instances);
        List<ModelKey> all = keys.all();
        idle.growTo(keys.numberLimit());
        for (int i = 0; i < size; i++) {
            instances[i] = new Instance(i, all.get(i % all.size()));
            idle.add(instances[i]);
        }
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
        }
    }

    /** Grants, refuses or queues a request. */
    void request(LeaseRequest request, long now) {
        if (closed) {
            refuse(request, Refusal.CLOSED);
        } else if (!request.isPending()) {
            // Cancelled before its submission; the cancellation announces it.
            return;
        } else if (quotas.countsTokens() && quotas.isTooLarge(request.demand(), request.filter())) {
            refuse(request, Refusal.TOO_LARGE);
        } else if (waiting.isEmpty() && mayStart(request)) {
            decide(request, now);
        } else {
            queueBehindOthers(request, now);
        }
    }

    /** A first attempt waits while as many calls as there are instances hold a thread between attempts. */
    private boolean mayStart(LeaseRequest request) {
        return request.isRetry() || betweenAttempts < instances.length;
    }

    /** Decides about a request with no other ahead of it. */
    private void decide(LeaseRequest request, long now) {
        Availability found = look(request, now);
        while (found instanceof ModelKey key && !idle.isEmpty()) {
            if (grant(request, key, now)) {
                return;
            }
            found = look(request, now);
        }
        if (isInVain(request, found, now)) {
            refuse(request, noKey(request, found));
        } else if (request.deadlineNanos() <= now) {
            refuse(request, found instanceof Availability.Later ? noKey(request, found) : Refusal.BUSY);
        } else {
            waiting.add(request, now);
            nextLook = Math.min(request.deadlineNanos(), nextChange(found, now));
        }
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
        if (isInVain(request, found, now)) {
            drop(request, noKey(request, found));
            return;
        }
        long turn = turnOf(request, now);
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

    /** Returns when it is the turn of a request that waits behind others, if that is after its deadline; else now. */
    private long turnOf(LeaseRequest request, long now) {
        boolean isLast = request.isPlain() && !request.isRetry() && waiting.size() > 1;
        if (!isLast || request.deadlineNanos() == PoolClock.NEVER || !quotas.isAnyKnown()) {
            return now;
        }
        long turn = quotas.turnOf(
                request.filter(), waiting.plainSize() - 1L, waiting.plainTokens(), now, request.deadlineNanos());
        return turn > request.deadlineNanos() ? turn : now;
    }

    private Availability look(LeaseRequest request, long now) {
        return keys.look(request.filter(), quotas.reserve(request.demand()), now);
    }

    /** Returns whether a request can't be granted before its deadline, or ever, whatever leases end. */
    private boolean isInVain(LeaseRequest request, Availability found, long now) {
        if (!(found instanceof Availability.Later later) || later.atNanos() <= now) {
            return false;
        }
        return (request.hasFallback() && keys.overload(now) != null) || isTooLate(request, later);
    }

    private static boolean isTooLate(LeaseRequest request, Availability.Later later) {
        return (later.atNanos() == PoolClock.NEVER || later.atNanos() > request.deadlineNanos())
                && !later.mayEndAnyMoment();
    }

    private static Refusal noKey(LeaseRequest request, Availability found) {
        if (!(found instanceof Availability.Later later)) {
            return Refusal.BUSY;
        }
        return new Refusal(Refusal.Cause.NO_KEY, later.atNanos(), request.hasFallback() ? later.fallBackFor() : null);
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
        LeaseRequest request = waiting.after(null, betweenAttempts < instances.length);
        while (request != null && !idle.isEmpty() && (tooMany > 0 || waiting.hasRestricted())) {
            boolean plain = request.isPlain();
            long needs = plain ? quotas.reserve(request.demand()) : 0;
            if (plain && needs >= tooMany) {
                skipped++;
            } else {
                Availability.Later later = serve(request, now);
                if (later != null) {
                    lookAgain = Math.min(lookAgain, notServed(request, needs, later, now));
                    if (plain) {
                        // Smaller requests may overtake it for a limited time.
                        tooMany = request.waited(now) < LONGEST_OVERTAKEN_NANOS ? needs : 0;
                    }
                }
            }
            if (skipped > MOST_SKIPPED) {
                tooMany = 0;
            }
            request = waiting.after(request, betweenAttempts < instances.length);
        }
        refuseAtDeadline(now);
        nextLook = waiting.isEmpty() ? PoolClock.NEVER : Math.min(lookAgain, waiting.nextDeadline());
    }

    /** Grants a waiting request; returns null, or when there is a key for it if there is none now. */
    private Availability.@Nullable Later serve(LeaseRequest request, long now) {
        Availability found = look(request, now);
        while (found instanceof ModelKey key && !grant(request, key, now)) {
            found = look(request, now);
        }
        if (found instanceof Availability.Later later) {
            return later;
        }
        waiting.remove(request);
        return null;
    }

    /** Refuses a request that can't wait for its next key; returns when that is, since others may wait for it. */
    private long notServed(LeaseRequest request, long needs, Availability.Later later, long now) {
        if (request.isPlain() && needs == 0) {
            // A key that was free may be excluded now, while one attempt probes it.
            return refusePlainInVain(now);
        }
        if (isInVain(request, later, now)) {
            waiting.remove(request);
            refuse(request, noKey(request, later));
        }
        return later.atNanos();
    }

    private void refuseAtDeadline(long now) {
        for (LeaseRequest late : waiting.removeDue(now)) {
            refuse(late, noKey(late, look(late, now)));
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
        List<ExclusionCell> probes = keys.beginProbes(key, now);
        if (probes == null) {
            return false;
        }
        long reserved = quotas.reserve(request.demand());
        if (request.isExplained() || decisions.isOn()) {
            explain(request, reserved, key);
        }
        // Clocks that were read before the lock was acquired are out of order.
        lastGrant = Math.max(lastGrant, now);
        Instance instance = idle.bestFor(key);
        // Created before the instance is taken, so that an OutOfMemoryError loses nothing.
        Lease lease = new Lease(owner, instance, key, lastGrant, request.demand(), reserved, probes, request.trace());
        idle.remove(instance);
        if (instance.bound != key && instance.bound.isOut(now)) {
            bindings.bind(instance, key);
        }
        if (!request.grant(lease)) {
            // It has just been cancelled: the next request gets the instance.
            idle.add(instance);
            probes.forEach(probe -> probe.endProbe(now));
            return true;
        }
        if (request.isRetry()) {
            betweenAttempts--;
        }
        // Before anything else can throw: a request that is granted must be announced.
        settled.add(request);
        keys.granted(lease);
        return true;
    }

    private void explain(LeaseRequest request, long reserved, ModelKey key) {
        KeyDecision decision = keys.explain(request.filter(), reserved, key);
        request.decided(decision);
        decisions.add(decision);
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
        ModelKey key = closed || idle.isEmpty() ? null : keys.find(of);
        List<ExclusionCell> probes = key == null ? null : keys.beginProbes(key, now);
        if (key == null || probes == null || probes.isEmpty()) {
            return null;
        }
        lastGrant = Math.max(lastGrant, now);
        Instance instance = idle.bestFor(key);
        Lease lease = new Lease(owner, instance, key, lastGrant, Demand.NOTHING, -1, probes, null);
        idle.remove(instance);
        keys.probeGranted(key, now);
        return lease;
    }

    /** Takes an instance back, and serves the waiting requests even if something throws. */
    void takeBack(Lease lease, Outcome outcome, long elapsed, long now) {
        idle.add(lease.instance());
        try {
            keys.released(lease.key(), outcome.isSuccess(), elapsed);
            keys.settle(lease, outcome.sent(), outcome.countedTokens());
        } finally {
            lookAgain(now);
        }
    }

    void keysChanged(long now) {
        keys.keysChanged();
        idle.growTo(keys.numberLimit());
        bindings.evenOut(keys.all(), idle, now);
    }

    void evenOut(long now) {
        bindings.evenOut(keys.all(), idle, now);
    }

    void reset() {
        bindings.inTurn(keys.all(), idle);
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
        return idle.count() == instances.length;
    }

    int inFlight() {
        return instances.length - idle.count();
    }

    Instance[] instances() {
        return instances;
    }

    Bindings bindings() {
        return bindings;
    }

    int waiting() {
        return waiting.size();
    }

    int betweenAttempts() {
        return betweenAttempts;
    }
}
