package io.github.geminipool.internal.turn;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The models in which calls of one caller wait for its limits, in turn: whoever has got something goes behind the others, and calls in
 * the background behind those that somebody waits for. What the limits admit is offered to one after the other, until one of them finds
 * that they admit no more. Guarded by its caller's lock, except where a method says otherwise.
 */
final class LimitQueue<P> {

    /** One offer in this many is for a call in the background, if one waits. */
    private static final int LEAST_PART = 20;

    /** A model, and which of its calls wait. */
    private record Entry<P>(P place, boolean background) {}

    /** Lets a call go that waits in a place, if the limits admit it. */
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
    /** Who may take now, ahead of all others; null if nobody was asked, or has taken. */
    private @Nullable Entry<P> offered;
    /** Whether a thread is offering; others leave it to that one. */
    private boolean isOffering;
    /** Whether the limits may admit more than when the offers began. */
    private boolean again;
    /** Whether the last offer was too small. */
    private boolean cameBack;

    /**
     * Creates an empty queue.
     *
     * @param lock the caller's
     * @param isFull whether no further call of the caller may run now, whatever it is
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

    /** Returns whether nobody has to go before a call. */
    boolean admits(P place, boolean isBackground) {
        Entry<P> next = offered;
        if (next != null) {
            // Which of its calls goes is decided there: holding one back for another would offer to both for ever.
            return next.place.equals(place);
        }
        return interactive.isEmpty() && (!isBackground || background.isEmpty());
    }

    /** Records that a call has gone. */
    void took() {
        offered = null;
    }

    /** Adds a place in which calls wait; takes the lock. */
    void waitsIn(P place, boolean isBackground) {
        locked(() -> add(new Entry<>(place, isBackground)));
    }

    /** Keeps a place in which further calls wait, whatever has become of the offer; takes the lock. */
    void waitsFurther(P place, boolean isBackground) {
        locked(() -> addLast(new Entry<>(place, isBackground)));
    }

    /** Removes a place in which no call waits any more; takes the lock. */
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

    /** Adds a model whose calls wait; at the head, if it could not use the offer as the limits don't admit its next call. */
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

    /** Lets calls go as far as the limits admit them; must be called without a lock. If another thread is doing so, that one goes on. */
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

    /** Begins to offer; returns whom to ask first, null if there is nobody to ask or another thread is offering. */
    private @Nullable Entry<P> begin() {
        if (isOffering) {
            again = true;
            return null;
        }
        cameBack = false;
        return next();
    }

    /** Returns whom to ask next; null if that is the end. */
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

    /** Ends the offers, as something went wrong. */
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
