package io.github.geminipool.internal.books;

import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/** The changes since the last order, as functions of the time of the next one, from which their ages count. Not thread-safe. */
final class UnreportedChanges {

    /** Maximum number of changes kept while the store does not answer. */
    private static final int MOST = 10_000;

    /** What was sent longer ago than this no longer counts, whatever the guard time. */
    private static final Duration COUNTS = Duration.ofMinutes(2);

    private List<LongFunction<SlotChange>> changes = new ArrayList<>();

    void add(SlotChange change) {
        add(now -> change);
    }

    void add(LongFunction<SlotChange> change) {
        if (changes.size() < MOST) {
            changes.add(change);
        }
    }

    /** Adds a request that was sent without a slot. */
    void addSent(long at, SlotSize size) {
        add(now -> new SlotChange.Sent(since(at, now), size));
    }

    /**
     * Adds that a slot was used later, or with another size; returns its new name.
     *
     * @param nanos how much later
     */
    long addMoved(long slot, long nanos, SlotSize size, SlotSize was) {
        add(new SlotChange.Moved(slot, Duration.ofNanos(nanos), size, was));
        return slot + nanos / 1_000;
    }

    /** Adds a refusal by Gemini. */
    void addRefused(SlotChange.Unit unit, int limit, long amount, long takenAt, long roomAt) {
        add(now -> new SlotChange.Refused(unit, limit, since(takenAt, now), Duration.ofNanos(roomAt - now), amount));
    }

    private static Duration since(long at, long now) {
        return Duration.ofNanos(Math.max(0, now - at));
    }

    /**
     * Puts the changes of a failed order before all others; if there are too many, only the latest of them.
     *
     * @param mayHaveRun whether they may have reached the books all the same
     */
    void addAgain(List<LongFunction<SlotChange>> failed, boolean mayHaveRun, long now) {
        List<LongFunction<SlotChange>> again = failed.stream()
                .filter(change -> isReportedAgain(change.apply(now), mayHaveRun))
                .toList();
        int room = Math.max(0, MOST - changes.size());
        changes.addAll(0, again.subList(Math.max(0, again.size() - room), again.size()));
    }

    private static boolean isReportedAgain(SlotChange change, boolean mayHaveRun) {
        if (change instanceof SlotChange.Unused || change instanceof SlotChange.Moved) {
            // Reported twice, it would be taken for another request's slot. Unreported, it counts for a minute.
            return !mayHaveRun;
        }
        if (change instanceof SlotChange.OfDay || change instanceof SlotChange.KeptOfDay) {
            // Reported twice, it would block the project until midnight. Unreported, Gemini says when the day is used
            // up.
            return !mayHaveRun;
        }
        return !(change instanceof SlotChange.Sent sent) || sent.ago().compareTo(COUNTS) < 0;
    }

    /** Removes what a full report of all sends covers anyway; returns the requests of the day among it that no books have. */
    int removeSends(long now) {
        List<LongFunction<SlotChange>> others = new ArrayList<>();
        int ofDay = 0;
        for (LongFunction<SlotChange> change : changes) {
            SlotChange made = change.apply(now);
            if (made instanceof SlotChange.OfDay unbooked) {
                ofDay += unbooked.requests();
            } else if (!isOfSends(made)) {
                others.add(change);
            }
        }
        changes = others;
        return ofDay;
    }

    private static boolean isOfSends(SlotChange change) {
        return change instanceof SlotChange.Moved
                || change instanceof SlotChange.Kept
                || change instanceof SlotChange.Sent
                || change instanceof SlotChange.KeptOfDay;
    }

    /** Removes and returns all. */
    List<LongFunction<SlotChange>> take() {
        List<LongFunction<SlotChange>> taken = changes;
        changes = new ArrayList<>();
        return taken;
    }
}
