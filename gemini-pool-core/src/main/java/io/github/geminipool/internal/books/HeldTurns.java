package io.github.geminipool.internal.books;

import io.github.geminipool.shared.SlotSize;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The slots that a replica holds for later, and which of the waiting requests they will serve. Not thread-safe. */
public final class HeldTurns {

    private final List<Turn> left = new ArrayList<>();

    private record Turn(ReplicaLedger ledger, HeldSlots.Held slot) {}

    private HeldTurns() {}

    /** Returns all held slots, each for one request. */
    public static HeldTurns of(ReplicaLedgers ledgers) {
        HeldTurns turns = new HeldTurns();
        ledgers.forEachHolding(ledger -> ledger.slots().forEach(slot -> turns.left.add(new Turn(ledger, slot))));
        return turns;
    }

    public boolean isEmpty() {
        return left.isEmpty();
    }

    /**
     * Takes the smallest slot that fits a request.
     *
     * @param wanted what the request counts as
     * @param mayUse accepts the ledgers whose slots the request may use
     * @return whether there was one
     */
    public boolean take(SlotSize wanted, Predicate<ReplicaLedger> mayUse) {
        int best = -1;
        for (int i = 0; i < left.size(); i++) {
            Turn turn = left.get(i);
            boolean isBetter =
                    best < 0 || turn.slot().isSmallerThan(left.get(best).slot());
            if (isBetter && turn.slot().fits(wanted) && mayUse.test(turn.ledger())) {
                best = i;
                if (turn.slot().size().equals(wanted)) {
                    break;
                }
            }
        }
        if (best >= 0) {
            left.remove(best);
        }
        return best >= 0;
    }

    /** Gives back those that were not taken. */
    public void giveBack() {
        left.forEach(turn -> turn.ledger().giveBack(turn.slot()));
        left.clear();
    }
}
