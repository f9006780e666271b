package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.instance.ModelPoolState;
import io.github.geminipool.spi.CallFacts;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Compares the state of the pools with that of the callers of a {@link ChaosRun}. */
final class ChaosAudit {

    private final ChaosRun run;
    private final Set<SimulatedCall> calls;

    /**
     * Creates an audit.
     *
     * @param calls the calls that have not ended, always up to date
     */
    ChaosAudit(ChaosRun run, Set<SimulatedCall> calls) {
        this.run = run;
        this.calls = calls;
    }

    void check() {
        for (ModelPool pool : run.pools.all()) {
            ModelPoolState state = pool.state();
            Map<String, Integer> inFlight = new HashMap<>();
            int waiting = 0;
            int between = 0;
            SimulatedCall first = null;
            for (SimulatedCall call : calls) {
                if (call.pool == pool) {
                    Lease lease = call.lease();
                    // Attempts with a removed key are not counted.
                    if (lease != null && run.ring.keys().contains(lease.key().health())) {
                        inFlight.merge(lease.keyName(), 1, Integer::sum);
                    }
                    waiting += call.isWaiting() ? 1 : 0;
                    between += call.isBetweenAttempts() ? 1 : 0;
                    first = first == null && call.isWaiting() ? call : first;
                }
            }
            same(state.waiting(), waiting, "waiting requests for", pool);
            same(state.betweenAttempts(), between, "calls between attempts to", pool);
            if (!pool.model().equals(CallFacts.NO_MODEL)) {
                same(state.inFlight(), inFlight, "attempts in flight to", pool);
            }
            LeaseRequest request = first == null ? null : first.request();
            if (request != null && couldBeGranted(request, pool)) {
                // Alarms that are due now may not have run yet.
                run.after(
                        1,
                        () -> assertThat(request.isPending() && couldBeGranted(request, pool))
                                .as("a waiting request for " + pool.model() + " could be granted")
                                .isFalse());
            }
        }
        int scopes = 2 + run.models.size() + 1 + run.ring.keys().size() * (4 + run.models.size()) + 40;
        if (run.exclusions.size() > scopes
                || run.repair.pending() > 2 * run.ring.keys().size() + 20) {
            throw new AssertionError(run.exclusions.size() + " entries in the table of exclusions, "
                    + run.repair.pending() + " scopes to probe, for "
                    + run.ring.keys().size() + " keys");
        }
    }

    private static void same(Object ofPool, Object ofCallers, String what, ModelPool pool) {
        if (!ofPool.equals(ofCallers)) {
            throw new AssertionError(
                    what + " " + pool.model() + ": " + ofPool + ", but " + ofCallers + " by the callers");
        }
    }

    private static boolean couldBeGranted(LeaseRequest request, ModelPool pool) {
        ModelPoolState state = pool.state();
        int size = state.instances().size();
        return state.active() < size
                && (request.isRetry() || state.betweenAttempts() < size)
                && pool.isUsable(request.filter());
    }
}
