package io.github.geminipool.internal.turn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The waiters in turn, by number, found only as far as they are asked for. The queue must not change meanwhile. */
public final class InTurn<W extends Waiter> {

    private final TurnWalk<W> walk;
    private final boolean includingFirsts;
    private int background;
    private final Predicate<? super W> mayGo;
    private final List<W> found = new ArrayList<>();

    /**
     * Creates the list.
     *
     * @param includingFirsts whether first attempts count, or only retries
     * @param background the number of background first attempts that count
     * @param mayGo accepts the requests that their callers' limits admit; only these count. Asked once for each, in turn
     */
    public InTurn(TurnWalk<W> walk, boolean includingFirsts, int background, Predicate<? super W> mayGo) {
        this.walk = walk;
        this.includingFirsts = includingFirsts;
        this.background = background;
        this.mayGo = mayGo;
    }

    /** Returns the waiter with a number from 0; null after the last. */
    public @Nullable W at(int number) {
        while (found.size() <= number) {
            W next = walk.next(includingFirsts);
            if (next == null) {
                return null;
            }
            boolean isPaced = next.isBackground() && !next.isRetry();
            if (isPaced && background <= 0) {
                walk.leaveClass();
                return null;
            }
            if (mayGo.test(next)) {
                background -= isPaced ? 1 : 0;
                found.add(next);
            } else {
                walk.leaveCaller();
            }
        }
        return found.get(number);
    }
}
