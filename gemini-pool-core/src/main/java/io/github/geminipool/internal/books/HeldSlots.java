package io.github.geminipool.internal.books;

import io.github.geminipool.internal.quota.RollingMinute;
import io.github.geminipool.shared.SlotSize;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The slots that a replica was given and has not used yet; there are few. Not thread-safe. */
final class HeldSlots {

    /**
     * A slot.
     *
     * @param at the time from which it may be used
     * @param booked the earliest time for which the books may have it: earlier than {@code at} by at most the time that the answer
     *     took
     * @param number distinguishes it from others with the same time
     * @param id the store's name for it, which slots of large limits share
     * @param size its size in the books
     */
    record Held(long at, long booked, long number, long id, SlotSize size) implements Comparable<Held> {

        @Override
        public int compareTo(Held other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }

        boolean fits(SlotSize wanted) {
            return size.requests() >= wanted.requests() && size.tokens() >= wanted.tokens();
        }

        boolean isSmallerThan(Held other) {
            return size.requests() != other.size.requests()
                    ? size.requests() < other.size.requests()
                    : size.tokens() < other.size.tokens();
        }
    }

    /** An older slot is not used: before the books hear of it, they may have given its room to others. */
    private static final long USABLE_NANOS = RollingMinute.MINUTE / 10 * 9;

    private final NavigableSet<Held> slots = new TreeSet<>();
    private long number;

    int count() {
        return slots.size();
    }

    int requests() {
        return slots.stream().mapToInt(slot -> slot.size.requests()).sum();
    }

    long tokens() {
        return slots.stream().mapToLong(slot -> slot.size.tokens()).sum();
    }

    void add(long at, long booked, long id, SlotSize size) {
        slots.add(new Held(at, booked, number++, id, size));
    }

    /** Returns the smallest slot that fits a size and may be used now, unless it is too old, or else the earliest that fits; null if there is none. */
    @Nullable
    Held fit(long now, SlotSize wanted) {
        Held best = null;
        for (Held slot : slots) {
            if (best != null && slot.at > now) {
                break;
            }
            boolean isUsable = slot.booked >= now - USABLE_NANOS && slot.fits(wanted);
            if (isUsable && (best == null || slot.isSmallerThan(best))) {
                best = slot;
            }
        }
        return best;
    }

    void remove(Held slot) {
        slots.remove(slot);
    }

    /** Returns the earliest slot; null if there is none. */
    @Nullable
    Held first() {
        return slots.isEmpty() ? null : slots.first();
    }

    /** Returns the latest slot; null if there is none. */
    @Nullable
    Held last() {
        return slots.isEmpty() ? null : slots.last();
    }

    void forEach(Consumer<Held> action) {
        slots.forEach(action);
    }
}
