package io.github.geminipool.internal.turn;

import java.util.List;

/**
 * A queue of waiters: interactive ones before background ones, retries before first attempts, whose callers take turns. Waiters
 * that their callers' limits don't admit are held back, and cost nothing until they are let go. Not thread-safe.
 */
public final class TurnQueue<W extends Waiter> {

    private final TurnClass<W> interactive = new TurnClass<>();
    private final TurnClass<W> background = new TurnClass<>();

    private final HeldCallers held = new HeldCallers();
    private final WaitingPlace place;

    /** Creates the empty queue of a place. */
    public TurnQueue(WaitingPlace place) {
        this.place = place;
    }

    private TurnClass<W> classOf(boolean isBackground) {
        return isBackground ? background : interactive;
    }

    /** Adds a waiter at the end of its caller's line. */
    public void add(W waiter) {
        waiter.caller().waits(1);
        classOf(waiter.isBackground()).add(waiter);
    }

    /** Removes a waiter that has not been served; returns false if it was not waiting. */
    public boolean remove(W waiter) {
        return remove(waiter, false);
    }

    /** Removes a waiter that has had its turn; returns false if it was not waiting. */
    public boolean served(W waiter) {
        return remove(waiter, true);
    }

    private boolean remove(W waiter, boolean isServed) {
        Caller caller = waiter.caller();
        TurnClass<W> own = classOf(waiter.isBackground());
        boolean wasHeld = caller.isLimited() && own.isAnyHeld(caller);
        boolean wasNext = wasHeld && own.isNextHeld(waiter);
        boolean wasThere = own.remove(waiter, isServed);
        caller.waits(wasThere ? -1 : 0);
        if (wasHeld && !own.isAnyHeld(caller)) {
            // The caller's others may have waited for this one.
            caller.held().waitsNoMoreIn(place, waiter.isBackground());
            held.forget(caller);
            held.mayGo(caller);
        } else if (wasNext) {
            // The next one may be smaller, and need not wait as long.
            held.mayGo(caller);
        }
        return wasThere;
    }

    /**
     * Holds a waiter back, and the first attempts of its caller behind it, because the caller's limits don't admit it. Only then
     * ask the limits when they will, and pass that to {@link #mayGoAt}: a signal that comes in between finds the waiter here.
     */
    public void hold(W waiter) {
        classOf(waiter.isBackground()).hold(waiter);
        waiter.caller().held().waitsIn(place, waiter.isBackground());
    }

    /**
     * Sets when a caller's limits may admit a call that is held back.
     *
     * @param at a past time for now; {@code PoolClock.NEVER} if not before another call ends
     */
    public void mayGoAt(Caller caller, long at, long now) {
        held.mayGoAt(caller, at, now);
    }

    /** Returns whether a caller's first attempts, or retries, are held back. */
    public boolean isHeld(Caller caller, boolean isBackground) {
        return caller.isLimited() && classOf(isBackground).isAnyHeld(caller);
    }

    /** Lets go one retry of a caller that is held back, or else its first attempts. */
    public void letGo(Caller caller, boolean isBackground) {
        TurnClass<W> own = classOf(isBackground);
        own.letGo(caller);
        if (own.isAnyHeld(caller)) {
            caller.held().waitsFurther(place, isBackground);
        }
    }

    /** Returns when the next held-back call may be admitted by its caller's limits; {@code PoolClock.NEVER} if that is unknown. */
    public long nextHeldAt() {
        return held.nextAt();
    }

    /** Advances to a time: finds out which callers' limits may admit a call by then. */
    public void moveTo(long now) {
        held.moveTo(now);
    }

    /** Removes and returns the callers whose held-back calls may go now; call {@link Caller#letGo} for each of them, without a lock. */
    public List<Caller> takeMayGo() {
        return held.takeMayGo();
    }

    /** Records that a caller's calls may go that are held back here or elsewhere. */
    public void mayGo(Caller caller) {
        held.mayGo(caller);
    }

    public boolean isEmpty() {
        return interactive.isEmpty() && background.isEmpty();
    }

    public int size() {
        return interactive.size() + background.size();
    }

    /** Returns the number of waiters that are not held back. */
    public int ready() {
        return interactive.ready() + background.ready();
    }

    /** Returns the number of retries that are held back. */
    public int heldRetries() {
        return interactive.heldRetries() + background.heldRetries();
    }

    /** Returns the number of background waiters that are not held back. */
    public int background() {
        return background.ready();
    }

    /** Returns the number of background first attempts that are not held back. */
    public int backgroundFirsts() {
        return background.readyFirsts();
    }

    /**
     * Starts a walk along the waiters, in turn.
     *
     * @param backgroundFirst whether background waiters go first for once, because they have waited too long
     */
    public TurnWalk<W> walk(boolean backgroundFirst) {
        return backgroundFirst ? new TurnWalk<>(background, interactive) : new TurnWalk<>(interactive, background);
    }

    /**
     * Estimates what is served up to and including a waiter, counting those that accept any key.
     *
     * @param last the last first attempt of its caller
     */
    public Ahead until(W last) {
        TurnClass<W> own = classOf(last.isBackground());
        double part = own.firsts().partUntil(last);
        long requests = own.plainRequests();
        long tokens = own.plainTokens();
        if (part < 1) {
            requests = (long) Math.ceil(part * requests);
            tokens = (long) Math.ceil(part * tokens);
        }
        return last.isBackground()
                ? new Ahead(requests + interactive.plainRequests(), tokens + interactive.plainTokens())
                : new Ahead(requests, tokens);
    }

    /** Returns the number of requests in the line that a waiter is to join; 0 if it waits already, or may not have to wait for them. */
    public long aheadOfNew(W waiter) {
        boolean joinsLine = waiter.place() == null && waiter.isPlain() && !waiter.isRetry();
        return joinsLine ? classOf(waiter.isBackground()).firsts().plainRequests(waiter.caller()) : 0;
    }

    /** Returns what the background waiters need that are not held back. */
    public Ahead inBackground() {
        return new Ahead(Math.max(background.ready(), background.plainRequests()), background.plainTokens());
    }

    /** What is served before somebody. */
    public record Ahead(long requests, long tokens) {}

    /** Removes and returns all, in turn; those held back come last. */
    public List<W> removeAll() {
        List<W> all = interactive.removeAll();
        all.addAll(background.removeAll());
        for (W waiter : all) {
            waiter.caller().waits(-1);
            if (waiter.caller().isLimited()) {
                waiter.caller().held().waitsNoMoreIn(place, waiter.isBackground());
                held.forget(waiter.caller());
            }
        }
        return all;
    }

    /** Returns the number of callers that are remembered; for tests. */
    int callers() {
        return interactive.firsts().callers() + background.firsts().callers();
    }
}
