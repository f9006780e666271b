package io.github.geminipool.internal.turn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The waiters of one priority: retries in order of arrival, then first attempts, whose callers take turns. Waiters that their
 * callers' limits don't admit are held back: nobody looks at them until one is let go.
 */
final class TurnClass<W extends Waiter> {

    private final NavigableSet<W> retries = byArrival();
    private final WaitingAmount plainRetries = new WaitingAmount();
    private final CallerLines<W> firsts = new CallerLines<>();
    private final Map<Caller, NavigableSet<W>> heldRetries = new HashMap<>();
    private int held;

    private static <W extends Waiter> NavigableSet<W> byArrival() {
        return new TreeSet<>(
                Comparator.comparingLong(waiter -> waiter.turnPlace().order()));
    }

    void add(W waiter) {
        if (waiter.isRetry()) {
            retries.add(waiter);
            plainRetries.add(waiter, 1);
        } else {
            firsts.add(waiter);
        }
    }

    boolean remove(W waiter, boolean isServed) {
        if (!waiter.isRetry()) {
            return firsts.remove(waiter, isServed);
        }
        boolean wasThere = retries.remove(waiter) || removeHeld(waiter);
        plainRetries.add(waiter, wasThere ? -1 : 0);
        return wasThere;
    }

    private boolean removeHeld(W retry) {
        NavigableSet<W> own = heldRetries.get(retry.caller());
        if (own == null || !own.remove(retry)) {
            return false;
        }
        held--;
        if (own.isEmpty()) {
            heldRetries.remove(retry.caller());
        }
        return true;
    }

    /** Holds a retry back, or all first attempts of a caller. */
    void hold(W waiter) {
        if (!waiter.isRetry()) {
            firsts.hold(waiter.caller());
        } else if (retries.remove(waiter)) {
            heldRetries.computeIfAbsent(waiter.caller(), caller -> byArrival()).add(waiter);
            held++;
        }
    }

    /** Lets go the first of a caller's retries that are held back; if there is none, its first attempts. */
    void letGo(Caller caller) {
        NavigableSet<W> own = heldRetries.get(caller);
        if (own == null) {
            firsts.letGo(caller);
            return;
        }
        W retry = own.first();
        removeHeld(retry);
        retries.add(retry);
    }

    boolean isAnyHeld(Caller caller) {
        return heldRetries.containsKey(caller) || firsts.isHeld(caller);
    }

    /** Returns whether a waiter will be let go next among those of its caller that are held back. */
    boolean isNextHeld(W waiter) {
        NavigableSet<W> own = heldRetries.get(waiter.caller());
        return own == null ? firsts.isNextHeld(waiter) : own.first() == waiter;
    }

    NavigableSet<W> retries() {
        return retries;
    }

    CallerLines<W> firsts() {
        return firsts;
    }

    int size() {
        return retries.size() + held + firsts.size();
    }

    /** Returns the number of waiters that are not held back. */
    int ready() {
        return retries.size() + readyFirsts();
    }

    /** Returns how many retries are held back. */
    int heldRetries() {
        return held;
    }

    /** Returns how many first attempts are not held back. */
    int readyFirsts() {
        return firsts.size() - firsts.held();
    }

    boolean isEmpty() {
        return size() == 0;
    }

    List<W> removeAll() {
        List<W> all = new ArrayList<>(retries);
        heldRetries.values().forEach(all::addAll);
        all.forEach(retry -> remove(retry, false));
        all.addAll(firsts.removeAll());
        return all;
    }

    long plainRequests() {
        return plainRetries.requests() + firsts.plain().requests();
    }

    long plainTokens() {
        return plainRetries.tokens() + firsts.plain().tokens();
    }
}
