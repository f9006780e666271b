package io.github.geminipool.internal.call;

import io.github.geminipool.internal.time.SteadyLock;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * What ends a call from outside: its cancellation and its interruption, what they run, and the group with which it is cancelled.
 * Its lock guards the rest of the call's state too. Thread-safe.
 */
abstract class CancellableCall {

    final SteadyLock lock = new SteadyLock();

    /** Copied when it grows: nearly all calls have one, and one takes less memory so. Written with the lock held. */
    private volatile List<Runnable> whenCancelled = List.of();

    /** The group that it belongs to while it has HTTP calls; null if it does not. Written with the lock held. */
    private volatile @Nullable CallGroup group;

    private volatile boolean answered;
    private boolean cancelled;
    private boolean open;
    private boolean interrupted;

    /** Returns the lock that guards its state, and that of its HTTP calls: each of them has one lock less for it. */
    SteadyLock lock() {
        return lock;
    }

    private static <T> List<T> with(List<T> list, T another) {
        if (list.isEmpty()) {
            return List.of(another);
        }
        List<T> longer = new ArrayList<>(list.size() + 1);
        longer.addAll(list);
        longer.add(another);
        return List.copyOf(longer);
    }

    /** What to do with one of its HTTP calls when it is cancelled. */
    private record OfCall(Call call, Runnable action) implements Runnable {

        @Override
        public void run() {
            action.run();
        }
    }

    /** Registers an HTTP call, to be cancelled with this one. */
    void began(Call call) {
        whenCancelled(call, call::cancel);
    }

    /** Registers an action like {@link #whenCancelled(Runnable)}, until an HTTP call ends. */
    public void whenCancelled(Call call, Runnable action) {
        whenCancelled(new OfCall(call, action));
    }

    /** Records that one of its HTTP calls has ended, its response included: nothing of that is left to cancel. */
    void ended(Call call) {
        if (whenCancelled.isEmpty() && group == null) {
            // Most calls: what could be forgotten here was registered before the end of the HTTP call.
            return;
        }
        CallGroup left;
        lock.lock();
        try {
            whenCancelled = without(whenCancelled, call);
            left = groupIfLeft();
        } finally {
            lock.unlock();
        }
        leave(left);
    }

    private static List<Runnable> without(List<Runnable> actions, Call call) {
        if (actions.isEmpty()) {
            return actions;
        }
        List<Runnable> left = new ArrayList<>(0);
        for (Runnable action : actions) {
            if (!(action instanceof OfCall of) || of.call != call) {
                left.add(action);
            }
        }
        return left.isEmpty() ? List.of() : left;
    }

    /** Records the group with which it is cancelled. */
    void joins(CallGroup newGroup) {
        lock.lock();
        try {
            group = newGroup;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable CallGroup groupIfLeft() {
        CallGroup own = group;
        if (own == null || open || whenCancelled.stream().anyMatch(OfCall.class::isInstance)) {
            return null;
        }
        group = null;
        return own;
    }

    /** Removes it from a group that it has left; null for none. Must be called without the lock. */
    final void leave(@Nullable CallGroup left) {
        if (left != null) {
            left.remove(this);
        }
    }

    /** Returns how many actions its cancellation would run; for tests. */
    int actionsOfCancellation() {
        return whenCancelled.size();
    }

    /** Registers an action to run when the call is cancelled; runs it at once if it already was. */
    public void whenCancelled(Runnable action) {
        boolean tooLate;
        lock.lock();
        try {
            whenCancelled = with(whenCancelled, action);
            tooLate = cancelled || interrupted;
        } finally {
            lock.unlock();
        }
        if (tooLate) {
            action.run();
        }
    }

    /** Cancels the running HTTP calls and those that begin until {@link #resumed}, unless a response has begun to arrive. */
    public void interrupt() {
        List<Runnable> actions;
        lock.lock();
        try {
            if (answered) {
                return;
            }
            interrupted = true;
            actions = whenCancelled;
        } finally {
            lock.unlock();
        }
        actions.forEach(Runnable::run);
    }

    /**
     * Ends an interruption: the call continues with another request.
     *
     * @return whether it was interrupted
     */
    public boolean resumed() {
        lock.lock();
        try {
            boolean was = interrupted && !cancelled;
            interrupted = false;
            if (was) {
                // They are HTTP calls that have ended.
                whenCancelled = List.of();
            }
            return was;
        } finally {
            lock.unlock();
        }
    }

    /** Records that a response begins to arrive. */
    public void answered() {
        answered = true;
    }

    /** Returns whether a response has begun to arrive. */
    public boolean isAnswered() {
        return answered;
    }

    /** Cancels the running HTTP call and all later ones. */
    public void cancel() {
        List<Runnable> actions;
        lock.lock();
        try {
            cancelled = true;
            actions = whenCancelled;
        } finally {
            lock.unlock();
        }
        actions.forEach(Runnable::run);
    }

    /** Returns whether it was cancelled. */
    public boolean isCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /** Records that the facade waits for the response of an asynchronous call, which may come in several hops. */
    public void opened() {
        lock.lock();
        try {
            open = true;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the facade waits for its response. Guarded by the lock. */
    final boolean isOpen() {
        return open;
    }

    /** Records that the facade has the response; returns the group to {@linkplain #leave leave}. Guarded by the lock. */
    final @Nullable CallGroup endOpen() {
        open = false;
        return groupIfLeft();
    }
}
