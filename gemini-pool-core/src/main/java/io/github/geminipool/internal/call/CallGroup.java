package io.github.geminipool.internal.call;

import io.github.geminipool.internal.time.SteadyLock;
import java.util.ArrayList;
import java.util.List;

/** Calls that are cancelled together. Thread-safe. */
public final class CallGroup {

    private final SteadyLock lock = new SteadyLock();
    private List<PoolCall> calls = new ArrayList<>();
    private boolean cancelled;

    /** Adds a call that begins; cancels it if the group already was. */
    void add(PoolCall call) {
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
        }
    }

    /** Cancels its calls, and those that are added later. */
    public void cancel() {
        List<PoolCall> members;
        lock.lock();
        try {
            cancelled = true;
            members = calls;
            calls = List.of();
        } finally {
            lock.unlock();
        }
        members.forEach(PoolCall::cancel);
    }
}
