package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.allowance.ProjectQuotas;
import io.github.geminipool.internal.choice.Availability;
import io.github.geminipool.internal.choice.ModelKey;
import io.github.geminipool.internal.choice.ModelKeys;
import io.github.geminipool.internal.choice.RecentDecisions;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.instance.BackgroundTurns;
import io.github.geminipool.internal.instance.Instance;
import io.github.geminipool.internal.instance.Instances;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.turn.WaitingQueue;
import io.github.geminipool.stats.KeyDecision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Grants leases: a key, an instance for it, and the request's part of its caller's limits. Guarded by the model pool's lock. */
final class Grantor {

    private final Lease.Owner owner;
    private final ModelKeys keys;
    private final ProjectQuotas quotas;
    private final Instances instances;
    private final BackgroundTurns background;
    private final RecentDecisions decisions;
    private final WaitingQueue<LeaseRequest> waiting;
    private final SettledRequests settled;
    private long lastGrant;

    Grantor(
            Lease.Owner owner,
            ModelKeys keys,
            Instances instances,
            BackgroundTurns background,
            RecentDecisions decisions,
            WaitingQueue<LeaseRequest> waiting,
            SettledRequests settled) {
        this.owner = owner;
        this.keys = keys;
        this.quotas = keys.quotas();
        this.instances = instances;
        this.background = background;
        this.decisions = decisions;
        this.waiting = waiting;
        this.settled = settled;
    }

    /** Returns the best key for a request, or when one becomes available. */
    Availability look(LeaseRequest request, long now) {
        return keys.look(request.filter(), quotas.reserve(request.demand()), now);
    }

    long tokens(LeaseRequest request) {
        return Demand.tokensOf(quotas.reserve(request.demand()));
    }

    /**
     * Grants a request if a key and an instance are available for it, and its caller's limits admit it.
     *
     * @return null if it was granted or settled; else what is available: a key if only an instance is missing, or the caller's
     *     limits don't admit the request
     */
    @Nullable
    Availability grantIfPossible(LeaseRequest request, long now) {
        Availability found = look(request, now);
        if (!(found instanceof ModelKey)
                || !instances.isAnyIdle()
                || !request.takeFromCaller(owner, tokens(request), now)) {
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
            if (!granted && request.lease() == null) {
                ended(request, false, -1);
            }
        }
    }

    /** Returns whether a request's caller's limits admit it, whether or not there is a key. */
    boolean isAdmitted(LeaseRequest request, long now) {
        return !request.isLimited() || request.mayGoByCaller(owner, tokens(request), now);
    }

    /** Gives back what a request took from its caller's limits. */
    void ended(LeaseRequest request, boolean sent, long countedTokens) {
        if (request.giveBackToCaller(sent, countedTokens)) {
            waiting.turns().mayGo(request.caller());
        }
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
        // Times that were read before the lock was acquired may be out of order.
        lastGrant = Math.max(lastGrant, now);
        Instance instance = instances.bestFor(key);
        // Created before the instance is taken, so that an OutOfMemoryError does not lose the instance.
        Lease lease = new Lease(owner, instance, key, lastGrant, request, reserved, probes);
        instances.take(instance, key, now);
        if (!request.grant(lease)) {
            // The request was cancelled just now: the next one gets the instance.
            instances.giveBack(instance);
            probes.forEach(probe -> probe.endProbe(now));
            ended(request, false, -1);
            return true;
        }
        if (request.isRetry()) {
            instances.attemptsEnd();
        }
        // Before anything else can throw: a granted request must be announced.
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

    /** Leases an instance to probe a key, ahead of waiting requests; null if there is nothing to probe or no instance is idle. */
    @Nullable
    Lease probe(KeyHealth of, long now) {
        ModelKey key = instances.isAnyIdle() ? keys.find(of) : null;
        List<ExclusionCell> probes = key == null ? List.of() : key.beginProbesOfKey(now);
        if (key == null || probes.isEmpty()) {
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
}
