package io.github.geminipool.internal.turn;

import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;

/** The waiting first attempts of one caller, in order of arrival; ranked by that caller's next turn. */
final class CallerLine<W extends Waiter> extends Rank {

    private final Caller caller;
    private final TreeSet<W> waiting =
            new TreeSet<>(Comparator.comparingLong(waiter -> waiter.turnPlace().order()));
    private final WaitingAmount plain = new WaitingAmount();
    /** Whether its caller's limits keep it from having turns. */
    boolean isHeld;

    CallerLine(Caller caller) {
        this.caller = caller;
    }

    Caller caller() {
        return caller;
    }

    void add(W waiter) {
        waiting.add(waiter);
        plain.add(waiter, 1);
    }

    boolean remove(W waiter) {
        boolean wasThere = waiting.remove(waiter);
        plain.add(waiter, wasThere ? -1 : 0);
        return wasThere;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }

    NavigableSet<W> waiting() {
        return waiting;
    }

    /** Returns what the waiters that accept any key need in total. */
    WaitingAmount plain() {
        return plain;
    }
}
