package io.github.geminipool.internal.books;

import io.github.geminipool.internal.quota.RollingMinute;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotSize;
import java.time.Instant;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * This replica's use of a bucket: the slots that it holds, what it has sent, and what it has yet to report to the books. Not
 * thread-safe.
 */
final class OwnUse {

    /** A slot used no later than this after its time needs no correction. */
    private static final long LATE_NANOS = 10_000_000L;

    /** Learns of changes. */
    interface Owner {

        /** Slots were gained; a negative number means lost. */
        void holdsMore(int number);

        /** There is something to report. */
        void hasToReport(boolean isUrgent);
    }

    private final Owner owner;
    private final HeldSlots held = new HeldSlots();
    private final OwnSends sends = new OwnSends();
    private final UnreportedChanges unreported = new UnreportedChanges();
    private final OwnDay day;

    OwnUse(Owner owner, LongFunction<Instant> wallClock) {
        this.owner = owner;
        this.day = new OwnDay(wallClock);
    }

    HeldSlots held() {
        return held;
    }

    /** Returns the number of requests sent in the last minute plus those for which slots are held. */
    int requests(long now) {
        return sends.requests(now) + held.requests();
    }

    /** Returns the same in tokens. */
    long tokens(long now) {
        return sends.tokens(now) + held.tokens();
    }

    /**
     * Adds a slot to those held.
     *
     * @param at the time from which it may be used
     * @param booked the earliest time for which the books may have it
     */
    void hold(long at, long booked, long id, SlotSize size) {
        held.add(at, booked, id, size);
        owner.holdsMore(1);
    }

    /** Gives back held slots, the latest first. */
    void giveBack(int number, boolean isUrgent) {
        for (int i = 0; i < number; i++) {
            HeldSlots.Held slot = held.last();
            if (slot == null) {
                return;
            }
            giveBack(slot, isUrgent);
        }
    }

    /** Gives back the held slots that could have been used until a time; returns how many. */
    int giveBackUntil(long at, boolean isUrgent) {
        int number = 0;
        for (HeldSlots.Held slot = held.first(); slot != null && slot.at() <= at; slot = held.first()) {
            giveBack(slot, isUrgent);
            number++;
        }
        return number;
    }

    /** Gives back a held slot. */
    void giveBack(HeldSlots.Held slot, boolean isUrgent) {
        held.remove(slot);
        owner.holdsMore(-1);
        giveBack(slot.id(), slot.size(), isUrgent);
    }

    /** Gives back a slot that is not held. */
    void giveBack(long slot, SlotSize size, boolean isUrgent) {
        report(new SlotChange.Unused(slot, size), isUrgent);
    }

    /** Uses a held slot. */
    void use(HeldSlots.Held slot, SlotSize wanted, long now) {
        day.add(wanted.requests(), false, now);
        held.remove(slot);
        owner.holdsMore(-1);
        // The books keep the estimated tokens until Gemini has counted them.
        SlotSize booked = new SlotSize(wanted.requests(), slot.size().tokens());
        sends.add(now, used(slot, booked, now), booked, now);
    }

    /** Returns the name that a slot has once it is used. */
    private long used(HeldSlots.Held slot, SlotSize size, long now) {
        long late = Math.max(0, now - slot.booked());
        return late <= LATE_NANOS && size.equals(slot.size()) ? slot.id() : moved(slot.id(), late, size, slot.size());
    }

    private long moved(long slot, long nanos, SlotSize size, SlotSize was) {
        owner.hasToReport(false);
        return unreported.addMoved(slot, nanos, size, was);
    }

    /** Records a request that is sent without a slot. */
    void sent(SlotSize wanted, long now) {
        day.add(wanted.requests(), true, now);
        sends.add(now, 0, wanted, now);
    }

    /** Reports a request that is sent without a slot. */
    void reportSent(SlotSize wanted, long now) {
        unreported.addSent(now, wanted);
        owner.hasToReport(true);
    }

    /** Records that a request was not sent, and takes back its slot; returns whether it had one. */
    boolean refund(long at, SlotSize size) {
        OwnSends.Send send = sends.remove(at, size);
        if (send == null) {
            return false;
        }
        day.remove(send.size().requests(), send.slot() == 0);
        if (send.slot() == 0) {
            return false;
        }
        hold(at, at, send.slot(), send.size());
        return true;
    }

    /** Records that a request was sent later than recorded; returns whether it had a slot. */
    boolean postpone(long at, long sentAt, SlotSize size) {
        OwnSends.Send send = sends.remove(at, size);
        if (send == null) {
            return false;
        }
        boolean hadSlot = send.slot() != 0;
        long slot = hadSlot ? moved(send.slot(), sentAt - at, send.size(), send.size()) : 0;
        sends.add(sentAt, slot, send.size(), sentAt);
        return hadSlot;
    }

    /** Replaces the tokens of a request with those that Gemini counted; returns whether it had a slot. */
    boolean settle(long at, SlotSize size, long counted) {
        OwnSends.Send send = sends.remove(at, size);
        if (send == null) {
            return false;
        }
        SlotSize settled = new SlotSize(send.size().requests(), counted);
        sends.add(at, send.slot(), settled, at);
        if (send.slot() != 0 && !settled.equals(send.size())) {
            moved(send.slot(), 0, settled, send.size());
        }
        return send.slot() != 0;
    }

    /** Reports that Gemini refused a request, and gives back the held slots: their requests would be refused as well. */
    void refused(SlotChange.Unit unit, int limit, long amount, long takenAt, long roomAt) {
        unreported.addRefused(unit, limit, amount, takenAt, roomAt);
        owner.hasToReport(true);
        giveBack(Integer.MAX_VALUE, true);
    }

    void report(SlotChange change, boolean isUrgent) {
        unreported.add(change);
        owner.hasToReport(isUrgent);
    }

    /** Reports what was sent without a slot since a time. */
    void reportSentAlone(long since, long now) {
        reportSends(since, false);
        reportDayAlone(day.alone(now));
    }

    /** Reports everything that still counts, because the books were lost. */
    void reportAll(long now) {
        int unbooked = unreported.removeSends(now);
        reportSends(now - RollingMinute.MINUTE, true);
        held.forEach(slot -> report(new SlotChange.Kept(slot.id(), slot.size()), true));
        int ofDay = day.requests(now);
        int sentAlone = Math.min(ofDay, day.alone(now) + unbooked);
        reportDayAlone(sentAlone);
        if (ofDay > sentAlone) {
            report(new SlotChange.KeptOfDay(ofDay - sentAlone), true);
        }
    }

    private void reportDayAlone(int requests) {
        day.reported();
        if (requests > 0) {
            report(new SlotChange.OfDay(requests), true);
        }
    }

    private void reportSends(long since, boolean ofSlots) {
        sends.since(since).forEach(send -> {
            if (send.slot() == 0) {
                unreported.addSent(send.at(), send.size());
                owner.hasToReport(true);
            } else if (ofSlots) {
                report(new SlotChange.Kept(send.slot(), send.size()), true);
            }
        });
    }

    /** Removes and returns what the next order is to report. */
    List<LongFunction<SlotChange>> takeUnreported() {
        return unreported.take();
    }

    /**
     * Puts back what a failed order was to report.
     *
     * @param mayHaveRun whether it may have reached the books all the same
     */
    void reportAgain(List<LongFunction<SlotChange>> changes, boolean mayHaveRun, long now) {
        if (!changes.isEmpty()) {
            unreported.addAgain(changes, mayHaveRun, now);
            owner.hasToReport(false);
        }
    }

    HeldSlots.@Nullable Held fit(SlotSize wanted, long now) {
        return held.count() == 0 ? null : held.fit(now, wanted);
    }
}
