package io.github.geminipool.internal.turn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The waiting first attempts of one priority; their callers take turns. A caller that is served owes the requests and tokens that
 * it took, and its next turn comes when that debt is paid off; debts are forgotten once nobody waits. A new or returning caller is
 * served at the latest when all who wait have had one turn. Operations take logarithmic time in the number of callers.
 */
final class CallerLines<W extends Waiter> {

    /** The cost of a request of average size: one turn. */
    private static final long ONE = 1 << 20;

    /** A request delays the next one of its caller by at most this many turns, however large it is. */
    private static final long MOST_TURNS = 256;

    private static final int MEAN_OF = 64;

    /** The callers with waiting requests, and those that still have a debt. */
    private final Map<Caller, CallerLine<W>> lines = new HashMap<>();

    private final TreeSet<Rank> active = new TreeSet<>(Rank.IN_TURN);
    private final TreeSet<Rank> indebted = new TreeSet<>(Rank.IN_TURN);
    private final WaitingAmount plain = new WaitingAmount();

    /** The sizes of the lines that get turns. */
    private final LineSizes sizes = new LineSizes();

    /** The number of turns that everybody who waits has had. */
    private long round;

    private long arrivals;
    private int size;
    /** The number of waiters in lines that are held back. */
    private int held;

    private double meanTokens;

    void add(W waiter) {
        waiter.turnPlace().cost = cost(waiter);
        CallerLine<W> line = lines.computeIfAbsent(waiter.caller(), CallerLine::new);
        if (line.isEmpty()) {
            indebted.remove(line);
            line.at = Math.max(line.at, round);
            line.number = ++arrivals;
            active.add(line);
        }
        count(line, -1);
        line.add(waiter);
        count(line, 1);
        plain.add(waiter, 1);
        size++;
        held += line.isHeld ? 1 : 0;
    }

    private void count(CallerLine<W> line, int sign) {
        if (!line.isHeld && !line.isEmpty()) {
            sizes.add(line.plain().requests(), sign);
        }
    }

    /** Holds a caller's line back: it gets no turns until it is let go. */
    void hold(Caller caller) {
        CallerLine<W> line = lines.get(caller);
        if (line != null && !line.isHeld) {
            active.remove(line);
            count(line, -1);
            line.isHeld = true;
            held += line.size();
        }
    }

    /** Lets a line that was held back take turns again; returns false if the caller has none. */
    boolean letGo(Caller caller) {
        CallerLine<W> line = lines.get(caller);
        if (line == null || !line.isHeld) {
            return false;
        }
        held -= line.size();
        line.isHeld = false;
        count(line, 1);
        line.at = Math.max(line.at, round);
        line.number = ++arrivals;
        active.add(line);
        return true;
    }

    boolean isHeld(Caller caller) {
        CallerLine<W> line = lines.get(caller);
        return line != null && line.isHeld;
    }

    /** Returns the number of requests that wait in a caller's line, counting those that accept any key. */
    long plainRequests(Caller caller) {
        CallerLine<W> line = lines.get(caller);
        return line == null ? 0 : line.plain().requests();
    }

    /** Returns whether a waiter is the first of a line that is held back. */
    boolean isNextHeld(W waiter) {
        CallerLine<W> line = lines.get(waiter.caller());
        return line != null && line.isHeld && line.waiting().first() == waiter;
    }

    /** Its requests or its tokens count, whichever is larger relative to an average request. */
    private long cost(W waiter) {
        long tokens = waiter.tokens();
        double turns = Math.max(1, waiter.requests());
        if (tokens > 0) {
            meanTokens += meanTokens == 0 ? tokens : (tokens - meanTokens) / MEAN_OF;
            turns = Math.max(turns, tokens / meanTokens);
        }
        return (long) (ONE * Math.min(MOST_TURNS, turns));
    }

    /**
     * Removes a waiter.
     *
     * @param isServed whether it has had its turn, which is charged to its caller
     * @return whether it was waiting
     */
    boolean remove(W waiter, boolean isServed) {
        CallerLine<W> line = lines.get(waiter.caller());
        if (line == null || !line.waiting().contains(waiter)) {
            return false;
        }
        count(line, -1);
        line.remove(waiter);
        size--;
        held -= line.isHeld ? 1 : 0;
        plain.add(waiter, -1);
        boolean isToRank = isServed || line.isEmpty();
        line.isHeld &= !isToRank;
        count(line, 1);
        if (isToRank) {
            int callers = active.size();
            active.remove(line);
            if (isServed && callers > 0) {
                long cost = waiter.turnPlace().cost;
                round = Math.max(round + cost / callers, line.at);
                // A caller that could not use its turn does not catch up later.
                line.at = Math.max(line.at, round - ONE) + cost;
                line.number = ++arrivals;
            }
            if (!line.isEmpty()) {
                active.add(line);
            } else if (line.at > round) {
                indebted.add(line);
            } else {
                lines.remove(line.caller());
            }
            forgetDebts();
        }
        return true;
    }

    private void forgetDebts() {
        if (active.isEmpty() && held == 0) {
            lines.clear();
            indebted.clear();
            round = 0;
        } else if (active.isEmpty()) {
            indebted.forEach(line -> lines.remove(of(line).caller()));
            indebted.clear();
        }
        while (!indebted.isEmpty() && indebted.first().at <= round) {
            CallerLine<?> line = (CallerLine<?>) indebted.pollFirst();
            lines.remove(line.caller());
        }
    }

    List<W> removeAll() {
        List<W> all = new ArrayList<>(size);
        for (Rank line : active) {
            all.addAll(of(line).waiting());
        }
        lines.values().stream().filter(line -> line.isHeld).forEach(line -> all.addAll(line.waiting()));
        all.forEach(waiter -> remove(waiter, false));
        return all;
    }

    @SuppressWarnings("unchecked") // Only lines of this type are ranked.
    CallerLine<W> of(Rank rank) {
        return (CallerLine<W>) rank;
    }

    /** Returns the lines that have waiters and are not held back, in the order of their next turns. */
    NavigableSet<Rank> active() {
        return active;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Returns the number of waiters in lines that are held back. */
    int held() {
        return held;
    }

    int size() {
        return size;
    }

    /** Returns the number of callers that are remembered. */
    int callers() {
        return lines.size();
    }

    WaitingAmount plain() {
        return plain;
    }

    /**
     * Estimates what fraction of the waiters is served before and including the last one of a caller: every caller has as many
     * turns as that caller has waiters. Lines that are held back have no turns.
     *
     * @return from 0 to 1; 1 if there is no other caller
     */
    double partUntil(W last) {
        CallerLine<W> line = lines.get(last.caller());
        if (line == null || lines.size() == 1) {
            return 1;
        }
        long own = Math.max(1, line.plain().requests());
        long all = Math.max(own, plain.requests());
        long served = sizes.servedUntil(own) + (line.isHeld ? own : 0);
        return (double) Math.min(all, served) / all;
    }
}
