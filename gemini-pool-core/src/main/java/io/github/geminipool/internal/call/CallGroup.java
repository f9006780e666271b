package io.github.geminipool.internal.call;

import io.github.geminipool.internal.time.SteadyLock;
import java.util.HashSet;
import java.util.Set;

/** Calls that are cancelled together. Thread-safe. */
public final class CallGroup {

    private final SteadyLock lock = new SteadyLock();
    private Set<CancellableCall> calls = new HashSet<>();
    private boolean cancelled;

    /** Adds a call that begins; cancels it if the group already was. */
    void add(CancellableCall call) {
        boolean tooLate;
        lock.lock();
        try {
            tooLate = cancelled;
            if (!tooLate) {
                calls.add(call);
            }
        } finally {
            lock.unlock();
        }
        if (tooLate) {
            call.cancel();
        } else {
            call.joins(this);
        }
    }

    /** Removes a call that has ended. */
    void remove(CancellableCall call) {
        lock.lock();
        try {
            if (!cancelled) {
                calls.remove(call);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of its calls that run. */
    int size() {
        lock.lock();
        try {
            return calls.size();
        } finally {
            lock.unlock();
        }
    }

    /** Cancels its calls, and those that are added later. */
    public void cancel() {
        Set<CancellableCall> members;
        lock.lock();
        try {
            cancelled = true;
            members = calls;
            calls = Set.of();
        } finally {
            lock.unlock();
        }
        members.forEach(CancellableCall::cancel);
    }
}
