package io.github.geminipool.internal.pool;

import java.util.ArrayDeque;
import java.util.Deque;

/** The quota of a project for a model. */
final class SimulatedQuota {

    /** After a quota was nearly used up, the pool spreads requests for two minutes. */
    private static final long SPREAD = 125 * SimulatedGemini.SECOND;

    final Trouble notEntitled = new Trouble();

    /** 0 for no limit. */
    int perMinute;

    /** The lowest limit so far, which the pool may still apply. */
    int lowest;

    boolean dayIsOver;
    private final Deque<Long> admitted = new ArrayDeque<>();
    private final Deque<Long> sent = new ArrayDeque<>();
    private long tightUntil = Long.MIN_VALUE;

    SimulatedQuota(int perMinute) {
        limit(perMinute);
    }

    void limit(int newPerMinute) {
        perMinute = newPerMinute;
        lowest = newPerMinute == 0 ? lowest : lowest == 0 ? newPerMinute : Math.min(lowest, newPerMinute);
    }

    /** Records the arrival of a request, which the pool must count whatever its result. */
    void comes(long now) {
        while (!sent.isEmpty() && sent.getFirst() <= now - SPREAD) {
            sent.removeFirst();
        }
        sent.addLast(now);
        if (lowest > 0 && sent.size() + 2 >= lowest) {
            tightUntil = now + SPREAD;
        }
    }

    /** Admits a request and returns 0, or returns the time to wait. */
    long admit(long now) {
        while (!admitted.isEmpty() && admitted.getFirst() <= now - SimulatedGemini.MINUTE) {
            admitted.removeFirst();
        }
        if (perMinute == 0 || admitted.size() < perMinute) {
            admitted.addLast(now);
            return 0;
        }
        long wait = Math.max(SimulatedGemini.SECOND, admitted.getFirst() + SimulatedGemini.MINUTE - now);
        tightUntil = now + wait + SPREAD;
        return wait;
    }

    /** Returns whether a number of further requests could have been sent at any moment since a time. */
    boolean hadRoomSince(long start, int more) {
        return !dayIsOver && tightUntil < start && (lowest == 0 || sent.size() + more < lowest);
    }
}
