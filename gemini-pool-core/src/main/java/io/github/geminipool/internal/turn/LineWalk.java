package io.github.geminipool.internal.turn;

import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A walk along callers' lines in the order in which the waiters would be served. Waiters that have been passed may be removed
 * meanwhile; none may be added. Each step looks at one caller, however many there are.
 */
final class LineWalk<W extends Waiter> {

    private final CallerLines<W> lines;

    /** The last line that was entered. */
    private final Rank entered = new Rank();

    private @Nullable Cursor<W> current;

    /** The lines entered before it; null while there is only one. */
    private @Nullable PriorityQueue<Cursor<W>> others;

    /** The first line that was entered, while it is the only one. */
    private @Nullable Rank first;

    private @Nullable Set<Rank> seen;

    LineWalk(CallerLines<W> lines) {
        this.lines = lines;
        entered.at = Long.MIN_VALUE;
    }

    private static final class Cursor<W extends Waiter> extends Rank {

        private final CallerLine<W> line;
        private W last;

        Cursor(CallerLine<W> line) {
            this.line = line;
            this.last = line.waiting().first();
            copyFrom(line);
            passed();
        }

        private void passed() {
            at += last.turnPlace().cost;
            // After all lines with the same turn that have not been entered.
            number = Long.MAX_VALUE;
        }

        boolean advance() {
            W next = line.waiting().higher(last);
            if (next == null) {
                return false;
            }
            last = next;
            passed();
            return true;
        }
    }

    /** Returns the next waiter; null after the last. */
    @Nullable
    W next() {
        Rank line = nextLine();
        Cursor<W> only = current;
        if (line == null && others == null) {
            // Most pools know one caller.
            return only != null && only.advance() ? only.last : null;
        }
        keep();
        Cursor<W> next = others == null ? null : others.peek();
        while (line == null || (next != null && Rank.IN_TURN.compare(next, line) < 0)) {
            if (next == null || others == null) {
                return null;
            }
            others.poll();
            if (next.advance()) {
                current = next;
                return next.last;
            }
            next = others.peek();
        }
        return enter(line);
    }

    private W enter(Rank line) {
        entered.copyFrom(line);
        if (first == null) {
            first = line;
        } else {
            if (seen == null) {
                seen = new HashSet<>();
                seen.add(first);
            }
            seen.add(line);
        }
        Cursor<W> entering = new Cursor<>(lines.of(line));
        current = entering;
        return entering.last;
    }

    private void keep() {
        if (current != null) {
            if (others == null) {
                others = new PriorityQueue<>(Rank.IN_TURN);
            }
            others.add(current);
            current = null;
        }
    }

    /** Leaves the line of the last waiter: the walk skips the rest of it. */
    void leaveLine() {
        current = null;
    }

    /** A line that was entered changes its rank once it is served. */
    private @Nullable Rank nextLine() {
        Rank line = lines.active().higher(entered);
        while (line != null && (line == first || (seen != null && seen.contains(line)))) {
            line = lines.active().higher(line);
        }
        return line;
    }
}
