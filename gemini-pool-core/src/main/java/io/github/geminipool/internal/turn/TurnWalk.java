package io.github.geminipool.internal.turn;

import org.jspecify.annotations.Nullable;

/**
 * A walk along a queue in the order in which its waiters would be served. Waiters that have been passed may be removed meanwhile;
 * none may be added.
 */
public final class TurnWalk<W extends Waiter> {

    private final TurnClass<W> second;
    private TurnClass<W> now;
    private @Nullable LineWalk<W> firsts;
    private @Nullable W retry;
    private boolean isSecond;
    private boolean ended;

    TurnWalk(TurnClass<W> first, TurnClass<W> second) {
        this.now = first;
        this.second = second;
    }

    /**
     * Returns the next waiter.
     *
     * @param includingFirsts whether first attempts count, or only retries
     * @return null after the last
     */
    public @Nullable W next(boolean includingFirsts) {
        W found = nextOfClass(includingFirsts);
        if (found == null && !isSecond) {
            leaveClass();
            found = nextOfClass(includingFirsts);
        }
        return ended ? null : found;
    }

    private @Nullable W nextOfClass(boolean includingFirsts) {
        if (firsts == null) {
            W next = firstAfter(retry);
            if (next != null) {
                retry = next;
                return next;
            }
            if (!includingFirsts || now.firsts().isEmpty()) {
                return null;
            }
            firsts = new LineWalk<>(now.firsts());
        }
        return includingFirsts ? firsts.next() : null;
    }

    private @Nullable W firstAfter(@Nullable W last) {
        if (now.retries().isEmpty()) {
            return null;
        }
        return last == null ? now.retries().first() : now.retries().higher(last);
    }

    /** Skips all others of the last waiter's caller and priority. */
    public void leaveCaller() {
        if (firsts != null) {
            firsts.leaveLine();
        }
    }

    /** Skips all others of the last waiter's priority. */
    public void leaveClass() {
        ended |= isSecond;
        now = second;
        isSecond = true;
        firsts = null;
        retry = null;
    }
}
