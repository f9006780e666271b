package io.github.geminipool.internal.turn;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The models whose calls wait for one caller's limits. They take turns: a model that has got something goes to the end of the
 * queue, and background calls come after interactive ones. What the limits admit is offered to one after the other, until one of
 * them finds that there is no more. Guarded by its caller's lock, except where a method says otherwise.
 */
final class LimitQueue<P> {

    /** One offer in this many is for a background call, if one waits. */
    private static final int LEAST_PART = 20;

    /** A model, and whether its background or its interactive calls wait. */
    private record Entry<P>(P place, boolean background) {}

    /** Lets a call that waits in a place go, if the limits admit it. */
    @FunctionalInterface
    interface Offer<P> {

        void to(P place, boolean background);
    }

    private final Offer<P> offer;
    private final Lock lock;
    private final BooleanSupplier isFull;
    private final Deque<Entry<P>> interactive = new ArrayDeque<>(2);
    private final Deque<Entry<P>> background = new ArrayDeque<>(2);
    private int passedOver;
    /** The one to whom the limits are offered now, ahead of all others; null if there is no open offer. */
    private @Nullable Entry<P> offered;
    /** Whether a thread is making offers; other threads leave it to that one. */
    private boolean isOffering;
    /** Whether the limits may admit more than when the offers began. */
    private boolean again;
    /** Whether the last offer was too small for the call. */
    private boolean cameBack;

    /**
     * Creates an empty queue.
     *
     * @param lock the caller's lock
     * @param isFull whether the caller has reached its concurrency limit
     */
    LimitQueue(Lock lock, BooleanSupplier isFull, Offer<P> offer) {
        this.offer = offer;
        this.lock = lock;
        this.isFull = isFull;
    }

    private Deque<Entry<P>> of(Entry<P> entry) {
        return entry.background ? background : interactive;
    }

    boolean isEmpty() {
        return interactive.isEmpty() && background.isEmpty();
    }

    /** Returns whether no other call is ahead of a call. */
    boolean admits(P place, boolean isBackground) {
        Entry<P> next = offered;
        if (next != null) {
            // Its own line decides which of its calls goes; holding one back for the other would offer to both in turn
            // for ever.
            return next.place.equals(place);
        }
        return interactive.isEmpty() && (!isBackground || background.isEmpty());
    }

    /** Records that a call has taken the offer. */
    void took() {
        offered = null;
    }

    /** Adds a place where calls wait; acquires the lock. */
    void waitsIn(P place, boolean isBackground) {
        locked(() -> add(new Entry<>(place, isBackground)));
    }

    /** Keeps a place where more calls wait, whatever became of the offer; acquires the lock. */
    void waitsFurther(P place, boolean isBackground) {
        locked(() -> addLast(new Entry<>(place, isBackground)));
    }

    /** Removes a place where no call waits any more; acquires the lock. */
    void waitsNoMoreIn(P place, boolean isBackground) {
        Entry<P> entry = new Entry<>(place, isBackground);
        locked(() -> of(entry).remove(entry));
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    /** Adds a model whose calls wait: at the head if it could not use the offer because the limits don't admit its next call. */
    private void add(Entry<P> entry) {
        if (entry.equals(offered)) {
            of(entry).remove(entry);
            of(entry).addFirst(entry);
            offered = null;
            cameBack = true;
        } else {
            addLast(entry);
        }
    }

    private void addLast(Entry<P> entry) {
        if (!of(entry).contains(entry)) {
            of(entry).addLast(entry);
        }
    }

    /**
     * Lets calls go as far as the limits admit them; must be called without a lock. If another thread is already doing so, leaves
     * it to that one.
     */
    void letGo() {
        Entry<P> next = next(true);
        while (next != null) {
            boolean asked = false;
            try {
                offer.to(next.place, next.background);
                asked = true;
            } finally {
                if (!asked) {
                    locked(this::abort);
                }
            }
            next = next(false);
        }
    }

    private @Nullable Entry<P> next(boolean begins) {
        lock.lock();
        try {
            return begins ? begin() : next();
        } finally {
            lock.unlock();
        }
    }

    /** Begins to make offers; returns whom to ask first, or null if nobody waits or another thread is making offers. */
    private @Nullable Entry<P> begin() {
        if (isOffering) {
            again = true;
            return null;
        }
        cameBack = false;
        return next();
    }

    /** Returns whom to ask next; null at the end. */
    private @Nullable Entry<P> next() {
        offered = null;
        boolean isLast = cameBack && !again;
        cameBack = false;
        again = false;
        if (isLast || isEmpty() || isFull.getAsBoolean()) {
            isOffering = false;
            return null;
        }
        isOffering = true;
        boolean isOverdue = !background.isEmpty() && ++passedOver >= LEAST_PART;
        Entry<P> next = isOverdue || interactive.isEmpty() ? background.poll() : interactive.poll();
        passedOver = next != null && next.background ? 0 : passedOver;
        offered = next;
        return next;
    }

    /** Ends the offers after a failure. */
    private void abort() {
        Entry<P> notAsked = offered;
        offered = null;
        isOffering = false;
        again = false;
        if (notAsked != null) {
            of(notAsked).remove(notAsked);
            of(notAsked).addFirst(notAsked);
        }
    }
}
