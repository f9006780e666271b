package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.turn.TurnWalk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Waiting requests in turn, by number: only as many are looked for as are asked for. None may come or go meanwhile. */
final class InTurn {

    private final TurnWalk<LeaseRequest> walk;
    private final boolean includingFirsts;
    private int background;
    private final Predicate<LeaseRequest> mayGo;
    private final List<LeaseRequest> found = new ArrayList<>();

    /**
     * Creates the list.
     *
     * @param includingFirsts whether first attempts count, or only retries
     * @param background how many first attempts in the background count
     * @param mayGo which requests count, as their callers' limits admit them; asked once of each, in turn
     */
    InTurn(TurnWalk<LeaseRequest> walk, boolean includingFirsts, int background, Predicate<LeaseRequest> mayGo) {
        this.walk = walk;
        this.includingFirsts = includingFirsts;
        this.background = background;
        this.mayGo = mayGo;
    }

    /** Returns the request with a number from 0; null after the last. */
    @Nullable
    LeaseRequest at(int number) {
        while (found.size() <= number) {
            LeaseRequest next = walk.next(includingFirsts);
            if (next == null) {
                return null;
            }
            if (next.isBackground() && !next.isRetry() && background-- <= 0) {
                walk.leaveClass();
                return null;
            }
            if (mayGo.test(next)) {
                found.add(next);
            } else {
                walk.leaveCaller();
            }
        }
        return found.get(number);
    }
}
