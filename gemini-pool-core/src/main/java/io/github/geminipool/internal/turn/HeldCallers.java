package io.github.geminipool.internal.turn;

import io.github.geminipool.internal.time.PoolClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The callers whose calls are held back in one place, and when their limits may admit one. Not thread-safe. */
final class HeldCallers {

    private record Due(long at, long number, Caller caller) {}

    private final TreeSet<Due> byTime =
            new TreeSet<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::number));
    private final Map<Caller, Due> ofCallers = new HashMap<>();
    private long number;
    /** The callers with a call that may go; empty most of the time. */
    private List<Caller> mayGo = List.of();

    /** Sets when a caller's limits may admit a call; {@link PoolClock#NEVER} if not before another call ends. */
    void mayGoAt(Caller caller, long at, long now) {
        Due before = ofCallers.get(caller);
        if (at <= now) {
            mayGo(caller);
        } else if (at != PoolClock.NEVER && (before == null || at < before.at)) {
            forget(caller);
            Due due = new Due(at, ++number, caller);
            ofCallers.put(caller, due);
            byTime.add(due);
        }
    }

    void mayGo(Caller caller) {
        if (mayGo.isEmpty()) {
            mayGo = new ArrayList<>(1);
        } else if (mayGo.get(mayGo.size() - 1) == caller) {
            // Many of its calls may end their wait at the same time.
            return;
        }
        mayGo.add(caller);
    }

    void forget(Caller caller) {
        Due due = ofCallers.remove(caller);
        if (due != null) {
            byTime.remove(due);
        }
    }

    /** Returns when the next of them may go; {@link PoolClock#NEVER} if that is unknown. */
    long nextAt() {
        return byTime.isEmpty() ? PoolClock.NEVER : byTime.first().at;
    }

    /** Advances to a time: finds out which callers may go by then. */
    void moveTo(long now) {
        while (!byTime.isEmpty() && byTime.first().at <= now) {
            Caller caller = byTime.first().caller;
            forget(caller);
            mayGo(caller);
        }
    }

    /** Removes and returns the callers with a call that may go. */
    List<Caller> takeMayGo() {
        List<Caller> taken = mayGo;
        mayGo = List.of();
        return taken;
    }
}
