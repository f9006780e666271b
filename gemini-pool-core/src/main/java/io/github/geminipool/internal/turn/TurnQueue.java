package io.github.geminipool.internal.turn;

import java.util.ArrayList;
import java.util.List;

/**
 * A queue of waiters: interactive ones before background ones, retries before first attempts, and these in turn over their
 * callers. Not thread-safe.
 */
public final class TurnQueue<W extends Waiter> {

    private final TurnClass<W> interactive = new TurnClass<>();
    private final TurnClass<W> background = new TurnClass<>();

    private TurnClass<W> classOf(W waiter) {
        return waiter.isBackground() ? background : interactive;
    }

    /** Adds a waiter at the end of its caller's line. */
    public void add(W waiter) {
        classOf(waiter).add(waiter);
    }

    /** Removes a waiter that has not been served; returns false if it was not waiting. */
    public boolean remove(W waiter) {
        return classOf(waiter).remove(waiter, false);
    }

    /** Removes a waiter that has had its turn; returns false if it was not waiting. */
    public boolean served(W waiter) {
        return classOf(waiter).remove(waiter, true);
    }

    public boolean isEmpty() {
        return interactive.isEmpty() && background.isEmpty();
    }

    public int size() {
        return interactive.size() + background.size();
    }

    /** Returns the number of background waiters. */
    public int background() {
        return background.size();
    }

    /**
     * Starts a walk along those who wait, in turn.
     *
     * @param backgroundFirst whether those in the background go first for once, because they have waited too long
     */
    public TurnWalk<W> walk(boolean backgroundFirst) {
        return backgroundFirst ? new TurnWalk<>(background, interactive) : new TurnWalk<>(interactive, background);
    }

    /**
     * Estimates what is served up to a waiter, itself included: among those that accept anything.
     *
     * @param last a first attempt, the last of its caller
     */
    public Ahead until(W last) {
        TurnClass<W> own = classOf(last);
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

    /** What is served up to a waiter, itself included. */
    public record Ahead(long requests, long tokens) {}

    /** Removes and returns all, in turn. */
    public List<W> removeAll() {
        List<W> all = new ArrayList<>(size());
        removeAll(interactive, all);
        removeAll(background, all);
        return all;
    }

    private static <W extends Waiter> void removeAll(TurnClass<W> from, List<W> all) {
        List<W> retries = List.copyOf(from.retries());
        retries.forEach(retry -> from.remove(retry, false));
        all.addAll(retries);
        all.addAll(from.firsts().removeAll());
    }

    /** Returns the number of callers that are remembered; for tests. */
    int callers() {
        return interactive.firsts().callers() + background.firsts().callers();
    }
}
