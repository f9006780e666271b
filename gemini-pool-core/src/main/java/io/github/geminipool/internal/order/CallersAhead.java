package io.github.geminipool.internal.order;

import io.github.geminipool.internal.turn.Caller;
import java.util.IdentityHashMap;

/** What the requests counted so far need, by caller. Not thread-safe. */
public final class CallersAhead {

    private final IdentityHashMap<Caller, Needs> callers = new IdentityHashMap<>(2);

    private record Needs(int calls, int requests, long tokens) {

        private static final Needs NONE = new Needs(0, 0, 0);
    }

    /** Counts a request if its caller's limits admit it now, after those that were counted before; returns whether they do. */
    public boolean admit(Caller caller, int requests, long tokens, long now) {
        Needs before = callers.getOrDefault(caller, Needs.NONE);
        Needs with = new Needs(before.calls + 1, before.requests + requests, before.tokens + tokens);
        boolean admits = caller.admits(with.calls, with.requests, with.tokens, now);
        if (admits) {
            callers.put(caller, with);
        }
        return admits;
    }
}
