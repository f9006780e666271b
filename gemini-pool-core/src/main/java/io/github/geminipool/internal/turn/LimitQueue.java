package io.github.geminipool.internal.turn;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The models in which calls of one caller wait for its limits, in turn: whoever has got something goes behind the others, and calls in
 * the background behind those that somebody waits for. What the limits admit is offered to one after the other, until one of them finds
 * that they admit no more. Not thread-safe.
 */
final class LimitQueue {

    /** Every so manieth offer is for a call in the background, if one waits. */
    private static final int LEAST_PART = 20;

    /** A model, and which of its calls wait. */
    record Entry(WaitingPlace place, boolean background) {}

    private final Deque<Entry> interactive = new ArrayDeque<>(2);
    private final Deque<Entry> background = new ArrayDeque<>(2);
    private int passedOver;
    /** Who may take now, ahead of all others; null if nobody was asked, or has taken. */
    private @Nullable Entry offered;
    /** Whether a thread is offering; others leave it to that one. */
    private boolean isOffering;
    /** Whether the limits may admit more than when the offers began. */
    private boolean again;
    /** Whether the last offer was too small. */
    private boolean cameBack;

    private Deque<Entry> of(Entry entry) {
        return entry.background ? background : interactive;
    }

    boolean isEmpty() {
        return interactive.isEmpty() && background.isEmpty();
    }

    /** Returns whether nobody has to go before a call. */
    boolean admits(WaitingPlace place, boolean isBackground) {
        Entry next = offered;
        if (next != null) {
            return next.place == place && next.background == isBackground;
        }
        return interactive.isEmpty() && (!isBackground || background.isEmpty());
    }

    /** Records that a call has gone. */
    void took() {
        offered = null;
    }

    /** Adds a model whose calls wait; at the head, if it could not use the offer as the limits don't admit its next call. */
    void add(WaitingPlace place, boolean isBackground) {
        Entry entry = new Entry(place, isBackground);
        if (entry.equals(offered)) {
            of(entry).remove(entry);
            of(entry).addFirst(entry);
            offered = null;
            cameBack = true;
        } else {
            addLast(entry);
        }
    }

    /** Adds a model of which further calls wait, whatever has become of the offer. */
    void addLast(Entry entry) {
        if (!of(entry).contains(entry)) {
            of(entry).addLast(entry);
        }
    }

    /** Removes a model, none of whose calls waits any more. */
    void remove(WaitingPlace place, boolean isBackground) {
        Entry entry = new Entry(place, isBackground);
        of(entry).remove(entry);
    }

    /** Begins to offer; returns whom to ask first, null if there is nobody to ask or another thread is offering. */
    @Nullable
    Entry begin(boolean isFull) {
        if (isOffering) {
            again = true;
            return null;
        }
        cameBack = false;
        return next(isFull);
    }

    /** Returns whom to ask next; null if that is the end. */
    @Nullable
    Entry next(boolean isFull) {
        offered = null;
        boolean isLast = cameBack && !again;
        cameBack = false;
        again = false;
        if (isLast || isFull || isEmpty()) {
            isOffering = false;
            return null;
        }
        isOffering = true;
        boolean isOverdue = !background.isEmpty() && ++passedOver >= LEAST_PART;
        Entry next = isOverdue || interactive.isEmpty() ? background.poll() : interactive.poll();
        passedOver = next != null && next.background ? 0 : passedOver;
        offered = next;
        return next;
    }

    /** Ends the offers, as something went wrong. */
    void abort() {
        offered = null;
        isOffering = false;
    }
}
