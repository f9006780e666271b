package io.github.geminipool.internal.pool;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a project may send to a model. */
final class SimulatedQuota {

    /** Sends of the last two minutes are spread. */
    private static final long SPREAD = 125 * SimulatedGemini.SECOND;

    final Trouble notEntitled = new Trouble();

    /** 0: as much as it likes. */
    int perMinute;

    /** The lowest limit of all times: the pool may still go by it. */
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

    /** A request comes: whatever becomes of it, the pool has to reckon with its being counted. */
    void comes(long now) {
        while (!sent.isEmpty() && sent.getFirst() <= now - SPREAD) {
            sent.removeFirst();
        }
        sent.addLast(now);
        if (lowest > 0 && sent.size() + 2 >= lowest) {
            tightUntil = now + SPREAD;
        }
    }

    /** How long to wait; 0 if it is admitted. */
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

    /** Whether so many more could be sent at any moment from a time on. */
    boolean hadRoomSince(long start, int more) {
        return !dayIsOver && tightUntil < start && (lowest == 0 || sent.size() + more < lowest);
    }
}
