package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.choice.Availability;
import io.github.geminipool.internal.choice.ModelKey;
import io.github.geminipool.internal.choice.ModelKeys;
import io.github.geminipool.internal.choice.PassedOver;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.instance.BackgroundTurns;
import io.github.geminipool.internal.instance.Instances;
import io.github.geminipool.internal.order.SlotOrders;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.turn.Caller;
import io.github.geminipool.internal.turn.TurnQueue;
import io.github.geminipool.internal.turn.WaitingQueue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Grants, queues and refuses the lease requests of one model. It knows no lock, log or listener: its owner calls it under the model
 * pool's lock, then announces the settled requests, and calls {@link #lookAgain} at {@link #nextLookNanos()}.
 */
final class Grants {

    private final ModelKeys keys;
    private final Instances instances;
    private final WaitingQueue<LeaseRequest> waiting;
    private final BackgroundTurns background;
    private final SettledRequests settled = new SettledRequests();
    private final Grantor grantor;
    private final Denials denials;
    private final TurnService service;
    private long nextLook = PoolClock.NEVER;
    /** When all waiting requests were last looked at. */
    private long servedAt;

    private boolean closed;

    /**
     * Creates the grants, with idle instances.
     *
     * @param firstIndex the index of the first instance
     */
    Grants(Lease.Owner owner, int firstIndex, int size, ModelKeys keys, RecentDecisions decisions) {
        this.keys = keys;
        this.waiting = new WaitingQueue<>(owner);
        this.instances = new Instances(owner.model(), firstIndex, size, keys.all(), keys.numberLimit());
        this.background = new BackgroundTurns(keys, instances);
        this.grantor = new Grantor(owner, keys, instances, background, decisions, waiting, settled);
        this.denials = new Denials(keys, grantor, instances, background, waiting, settled);
        this.service = new TurnService(owner, keys, instances, background, waiting, grantor, denials);
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

    /** Removes and returns the callers whose limits may admit further calls by now; most of the time there are none. */
    List<Caller> takeCallersThatMayGo() {
        return waiting.turns().takeMayGo();
    }

    /** Grants, refuses or queues a request. */
    void request(LeaseRequest request, long now) {
        keys.requested(request.use());
        if (closed) {
            denials.refuse(request, Refusal.CLOSED);
        } else if (!request.isPending()) {
            // Cancelled before its submission; the cancellation announces it.
            return;
        } else if (keys.quotas().isTooLarge(request.demand(), request.filter())) {
            denials.refuse(request, Refusal.TOO_LARGE);
        } else if (denials.refuseByCaller(request, false, now)) {
            return;
        } else if (waiting.isEmpty() && mayStart(request) && background.goesAt(request, now) <= now) {
            decide(request, now);
        } else {
            queueBehindOthers(request, now);
        }
    }

    private boolean mayStart(LeaseRequest request) {
        return request.isRetry() || mayBegin();
    }

    private boolean mayBegin() {
        return instances.mayBegin(waiting.turns().heldRetries());
    }

    /** Decides about a request that has no other ahead of it. */
    private void decide(LeaseRequest request, long now) {
        Availability found = grantor.grantIfPossible(request, now);
        if (found == null) {
            return;
        }
        boolean isHeld = found instanceof ModelKey && instances.isAnyIdle();
        if (denials.refuseAtOnce(request, found, isHeld, now)) {
            return;
        }
        waiting.add(request, now);
        servedAt = now;
        nextLook = Math.min(request.deadlineNanos(), nextChange(found, now));
        if (isHeld || !grantor.isAdmitted(request, now)) {
            hold(request, now);
        }
    }

    private void hold(LeaseRequest request, long now) {
        service.hold(request, now);
        nextLook = Math.min(nextLook, waiting.turns().nextHeldAt());
    }

    private static long nextChange(Availability found, long now) {
        return found instanceof Availability.Later later && later.atNanos() > now ? later.atNanos() : PoolClock.NEVER;
    }

    private void queueBehindOthers(LeaseRequest request, long now) {
        waiting.add(request, now);
        serve(now);
        if (request.isPending()) {
            denials.refuseIfTooFarBehind(request, now);
            holdIfNotAdmitted(request, now);
            endIfNobodyWaits();
        }
    }

    /**
     * Holds a request back if its caller's limits don't admit it, even if that went unnoticed for lack of a key: only held-back
     * requests learn when the limits admit them.
     */
    private void holdIfNotAdmitted(LeaseRequest request, long now) {
        if (request.isPending()
                && request.isLimited()
                && !waiting.turns().isHeld(request.caller(), request.isBackground())
                && !grantor.isAdmitted(request, now)) {
            hold(request, now);
        }
    }

    private void endIfNobodyWaits() {
        if (waiting.isEmpty()) {
            nextLook = PoolClock.NEVER;
        }
    }

    /** Looks at the waiting requests: grants those that can be served, and refuses those that are too late. */
    void lookAgain(long now) {
        if (!waiting.isEmpty()) {
            serve(now);
        }
    }

    private void serve(long now) {
        // If something throws, the alarm goes off at once and serves the rest.
        nextLook = now;
        long next = service.serve(now);
        servedAt = now;
        nextLook = next;
    }

    /** Lets go a request that was held back by its caller's limits; {@link #lookAgain} serves it. */
    void mayGo(Caller caller, boolean isBackground) {
        waiting.turns().letGo(caller, isBackground);
    }

    /** Decides which slots to order for the waiting requests. */
    void order(SlotOrders orders, long now) {
        int idle = instances.size() - instances.inUse();
        int mayGo = waiting.background() > 0 && background.nextAt(now) <= now ? 1 : 0;
        orders.decide(waiting, idle, mayBegin(), mayGo, servedAt, now);
    }

    /** Forecasts when the last of a number of background calls can be sent. */
    long sentBy(long requests, long tokens, long midnight, long now) {
        return background.sentBy(requests, tokens, midnight, now);
    }

    /** Returns how long the pace of background calls keeps another one waiting, behind those that wait already. */
    long paceOf(Demand demand, long now) {
        TurnQueue.Ahead ahead = waiting.turns().inBackground();
        long tokens = Demand.tokensOf(keys.quotas().reserve(demand));
        return background.nanosFor(ahead.requests() + demand.requests(), ahead.tokens() + tokens, now);
    }

    /** Removes a cancelled request from the queue. */
    void cancelled(LeaseRequest request) {
        waiting.remove(request);
        endIfNobodyWaits();
    }

    /** Leases an instance to probe a key, ahead of waiting requests; null if there is nothing to probe or no instance is idle. */
    @Nullable
    Lease probe(KeyHealth of, long now) {
        return closed ? null : grantor.probe(of, now);
    }

    /**
     * Takes an instance back, and serves the waiting requests even if something throws.
     *
     * @return the verdict if its key is passed over from now on; else null
     */
    @Nullable
    PassedOver takeBack(Lease lease, Outcome outcome, long elapsed, long now) {
        if (lease.isWithoutInstance()) {
            instances.endedWithoutInstance();
        } else {
            instances.giveBack(lease.instance());
        }
        background.ended(lease.request());
        try {
            keys.released(lease.key(), outcome.isSuccess(), elapsed);
            settle(lease, outcome);
            return judge(lease, outcome, now);
        } finally {
            lookAgain(now);
        }
    }

    private void settle(Lease lease, Outcome outcome) {
        try {
            grantor.ended(lease.request(), outcome.sent(), outcome.countedTokens());
        } finally {
            keys.settle(lease, outcome.sent(), outcome.countedTokens());
        }
    }

    private @Nullable PassedOver judge(Lease lease, Outcome outcome, long now) {
        boolean success = outcome.isSuccess();
        return success || outcome.isAmbiguous()
                ? keys.judge(lease.key(), lease.use(), success, lease.grantedNanos(), now)
                : null;
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
        denials.close();
        nextLook = PoolClock.NEVER;
    }

    boolean isInstanceWaitedFor() {
        return waiting.ready() > 0 && !instances.isAnyIdle();
    }

    Instances instances() {
        return instances;
    }

    int waiting() {
        return waiting.size();
    }
}
