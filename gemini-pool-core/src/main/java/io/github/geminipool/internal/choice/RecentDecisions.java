package io.github.geminipool.internal.choice;

import io.github.geminipool.stats.KeyDecision;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** The most recent key decisions, the latest last. Thread-safe. */
public final class RecentDecisions {

    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<KeyDecision> decisions = new ArrayDeque<>();

    /**
     * Creates an empty memory.
     *
     * @param limit the number of decisions kept; 0 keeps none
     */
    public RecentDecisions(int limit) {
        this.limit = limit;
    }

    public boolean isOn() {
        return limit > 0;
    }

    public void add(KeyDecision decision) {
        if (!isOn()) {
            return;
        }
        lock.lock();
        try {
            if (decisions.size() == limit) {
                decisions.removeFirst();
            }
            decisions.add(decision);
        } finally {
            lock.unlock();
        }
    }

    public List<KeyDecision> all() {
        lock.lock();
        try {
            return List.copyOf(decisions);
        } finally {
            lock.unlock();
        }
    }
}
