package io.github.geminipool.internal.turn;

import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Those who wait with one priority: retries in order of arrival, then first attempts in turn over callers. */
final class TurnClass<W extends Waiter> {

    private final TreeSet<W> retries =
            new TreeSet<>(Comparator.comparingLong(waiter -> waiter.turnPlace().order()));
    private final WaitingAmount plainRetries = new WaitingAmount();
    private final CallerLines<W> firsts = new CallerLines<>();

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
        boolean wasThere = retries.remove(waiter);
        plainRetries.add(waiter, wasThere ? -1 : 0);
        return wasThere;
    }

    NavigableSet<W> retries() {
        return retries;
    }

    CallerLines<W> firsts() {
        return firsts;
    }

    int size() {
        return retries.size() + firsts.size();
    }

    boolean isEmpty() {
        return retries.isEmpty() && firsts.isEmpty();
    }

    long plainRequests() {
        return plainRetries.requests() + firsts.plain().requests();
    }

    long plainTokens() {
        return plainRetries.tokens() + firsts.plain().tokens();
    }
}
