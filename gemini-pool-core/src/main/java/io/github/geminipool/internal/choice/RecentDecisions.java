package io.github.geminipool.internal.choice;

import io.github.geminipool.stats.KeyDecision;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** The last few decisions, the latest last. Thread-safe. */
public final class RecentDecisions {

    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<KeyDecision> decisions = new ArrayDeque<>();

    /**
     * A memory.
     *
     * @param most so many are remembered
     */
    public RecentDecisions(int most) {
        this.most = most;
    }

    public boolean isOn() {
        return most > 0;
    }

    public void add(KeyDecision decision) {
        if (!isOn()) {
            return;
        }
        lock.lock();
        try {
            if (decisions.size() == most) {
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
