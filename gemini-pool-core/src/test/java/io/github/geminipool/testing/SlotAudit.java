package io.github.geminipool.testing;

import io.github.geminipool.shared.Slot;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.Slots;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Follows the slots of one bucket: each is given to one replica, and comes back once at most. Not thread-safe. */
final class SlotAudit {

    private final Set<Long> out = new HashSet<>();
    private final Set<Long> lost = new HashSet<>();
    private final List<Long> givenMeanwhile = new ArrayList<>();
    private boolean isFailingOver;
    private final List<String> violations = new ArrayList<>();
    private long given;
    private long givenBack;
    private long sentAlone;

    void add(SlotOrder order, Slots answer) {
        order.changes().forEach(this::add);
        for (Slot slot : answer.slots()) {
            given += slot.size().requests();
            if (isFailingOver) {
                givenMeanwhile.add(slot.id());
            }
            if (!out.add(slot.id())) {
                violations.add("slot " + slot.id() + " was given twice");
            }
        }
    }

    /** From now on, what is given will be lost. */
    void failOverBegins() {
        isFailingOver = true;
    }

    /** What was given since {@link #failOverBegins} is lost: it may be given once more, and both may come back. */
    void failedOver() {
        isFailingOver = false;
        lost.addAll(givenMeanwhile);
        givenMeanwhile.forEach(out::remove);
        givenMeanwhile.clear();
    }

    private void add(SlotChange change) {
        if (change instanceof SlotChange.Unused unused) {
            givenBack += unused.reserved().requests();
            if (!out.remove(unused.slot()) && !lost.contains(unused.slot())) {
                violations.add("slot " + unused.slot() + " was given back, but nobody had it");
            }
        } else if (change instanceof SlotChange.Moved moved) {
            if (!out.remove(moved.slot()) && !lost.contains(moved.slot())) {
                violations.add("slot " + moved.slot() + " was moved, but nobody had it");
            }
            out.add(moved.slot() + moved.later().toNanos() / 1_000);
        } else if (change instanceof SlotChange.Kept kept) {
            // It may have been moved, and the books that were told so are lost.
            out.add(kept.slot());
        } else if (change instanceof SlotChange.Sent sent) {
            sentAlone += sent.size().requests();
        }
    }

    long given() {
        return given;
    }

    long givenBack() {
        return givenBack;
    }

    long sentAlone() {
        return sentAlone;
    }

    List<String> violations() {
        return violations;
    }
}
