package io.github.geminipool.internal.call;

import io.github.geminipool.internal.time.LastNet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.Call;
import okhttp3.Dispatcher;

/**
 * Forgets calls whose beginning OkHttp reported, but for want of memory not their end: calls that its dispatcher has not known for
 * some looks, that are not in the pool's interceptor, and whose response nobody reads. A client derived from the pool's may have a
 * dispatcher of its own, so this one alone does not tell. Belongs to one thread.
 */
public final class LostCalls implements LastNet.Look {

    /** The pool knows a call an instant before the dispatcher does. */
    private static final int LOOKS = 5;

    private final ActiveCalls calls;
    private final Dispatcher dispatcher;
    private Map<Call, Integer> missing = Map.of();

    public LostCalls(ActiveCalls calls, Dispatcher dispatcher) {
        this.calls = calls;
        this.dispatcher = dispatcher;
    }

    @Override
    public boolean look() {
        // In this order, so that calls that start meanwhile are not missed.
        List<Call> candidates = calls.inNobodysHands();
        Map<Call, Integer> now = new HashMap<>();
        if (!candidates.isEmpty()) {
            Set<Call> running = running();
            for (Call each : candidates) {
                if (!running.contains(each)) {
                    missed(each, now);
                }
            }
        }
        missing = now;
        return calls.count() > 0;
    }

    private Set<Call> running() {
        Set<Call> running = new HashSet<>(dispatcher.runningCalls());
        running.addAll(dispatcher.queuedCalls());
        return running;
    }

    private void missed(Call call, Map<Call, Integer> now) {
        int looks = missing.getOrDefault(call, 0) + 1;
        if (looks < LOOKS) {
            now.put(call, looks);
        } else {
            calls.ended(call);
        }
    }
}
