package io.github.geminipool.internal.books;

import io.github.geminipool.internal.quota.RollingMinute;
import io.github.geminipool.internal.time.PacificDay;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.BooksVersion;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.shared.Slot;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * This replica's dealings with the store about one bucket: the books as of the last answer, the slots that it holds, and the order
 * under way. Not thread-safe.
 */
final class StoreTurns {

    /** If less than this part of a quota is left, unneeded slots are given back at once. */
    private static final double PLENTY = 0.5;

    /** Lost books are reported, or asked about, at most once within this time. */
    private static final long REPORTED_NANOS = 1_000_000_000L;

    /** An overdue answer is given up a moment later; until then nothing is sent without a slot. */
    private static final long OVERDUE_NANOS = 5_000_000L;

    /** Books older than this show nothing about other users of the quota. */
    private static final long FRESH_NANOS = 5_000_000_000L;

    /** The owner: learns of changes, and knows the replicas. */
    interface Owner extends OwnUse.Owner {

        /** More slots are on order; fewer if the number is negative. */
        void asksMore(int number);

        /** All that was to be reported is on its way. */
        void allReported();

        /** Returns the number of replicas. */
        int replicas();

        /** Returns how long to wait for an answer. */
        long timeoutNanos();
    }

    private final QuotaBucket bucket;
    private final Limits configured;
    private final LongFunction<Instant> wallClock;
    private final Owner owner;
    private final OwnUse own;
    private final AskPause pause = new AskPause();
    private SharedBooks books;
    private @Nullable BooksVersion version;

    /** When the books were last incomplete: they were lost, or a replica could not report what it had sent. */
    private long unsureAt = -RollingMinute.MINUTE;

    /** The number of replicas at the last answer. */
    private int replicas;

    /** Whether another ledger is used in its place. */
    private boolean isRetired;

    private boolean isAsking;
    private int asked;
    private long askedAt;
    private long answerBy;
    private long lostAt = -REPORTED_NANOS;
    private long verifiedAt = -REPORTED_NANOS;

    StoreTurns(QuotaBucket bucket, Limits configured, LongFunction<Instant> wallClock, Owner owner) {
        this.bucket = bucket;
        this.configured = configured;
        this.wallClock = wallClock;
        this.owner = owner;
        this.books = SharedBooks.configured(configured);
        this.own = new OwnUse(owner, wallClock);
    }

    QuotaBucket bucket() {
        return bucket;
    }

    SharedBooks books() {
        return books;
    }

    OwnUse own() {
        return own;
    }

    boolean isAsking() {
        return isAsking;
    }

    /** Returns when a slot might be held if none is: when the answer is due, or when the books have room. */
    long knownAt(long now) {
        if (isAsking) {
            return Math.max(answerBy, now + OVERDUE_NANOS);
        }
        // Rounded, so that it stays the same for a while: it decides until when many keys are set aside.
        long timeout = owner.timeoutNanos();
        long soon = (now / timeout + 1) * timeout;
        return Math.max(books.nextFreeNanos(), pause.untilNanos() > now ? pause.untilNanos() : soon);
    }

    /** Returns when it makes sense to ask for a slot: now, later, or {@link PoolClock#NEVER} as things stand. */
    long askableAt(long now) {
        boolean hasEnough = held() > books.turns(owner.replicas()) / 2;
        boolean isAnswered = !isAsking && now >= pause.untilNanos();
        return !isAnswered || hasEnough ? PoolClock.NEVER : Math.max(now, books.nextFreeNanos());
    }

    /** Forgets when the books have room. */
    void mayHaveRoom() {
        books = books.withRoom();
    }

    private int held() {
        return own.held().count();
    }

    /** Makes an order of slots, one for each size; without sizes, the order only reports changes. */
    SlotAsk ask(List<SlotSize> wanted, long withinNanos, long now) {
        List<LongFunction<SlotChange>> reported = own.takeUnreported();
        owner.allReported();
        SlotAsk made;
        try {
            made = new SlotAsk(order(wanted, withinNanos, reported, now), reported);
        } catch (Throwable e) {
            own.reportAgain(reported, false, now);
            pause.failed(now);
            throw e;
        }
        isAsking = true;
        askedAt = now;
        answerBy = now + owner.timeoutNanos();
        asked(wanted.size());
        return made;
    }

    private SlotOrder order(
            List<SlotSize> wanted, long withinNanos, List<LongFunction<SlotChange>> reported, long now) {
        return new SlotOrder(
                bucket,
                configured,
                PacificDay.endAfter(wallClock.apply(now)),
                version,
                wanted,
                Math.max(0, books.turns(owner.replicas()) - held()),
                Duration.ofNanos(withinNanos),
                reported.stream().map(change -> change.apply(now)).toList());
    }

    private void asked(int number) {
        owner.asksMore(number - asked);
        asked = number;
    }

    /** Takes back an order that was not sent. */
    void notSent(SlotAsk ask, long now) {
        notAnswered();
        pause.failed(now);
        own.reportAgain(ask.changes(), false, now);
    }

    /** Stops waiting for an answer. */
    void notAnswered() {
        isAsking = false;
        asked(0);
    }

    /** Gives back what it holds, and all that it is given from now on, because another ledger replaces it. */
    void retire() {
        isRetired = true;
        giveBack(Integer.MAX_VALUE);
    }

    /**
     * Applies the answer to its order.
     *
     * @param wasAlone whether the replica has gone on alone until now
     * @return whether the books were lost, in which case what was sent is reported
     */
    boolean answered(Slots answer, boolean wasAlone, long now) {
        books = SharedBooks.of(answer, now);
        int members = owner.replicas();
        if (answer.status() != Slots.Status.COMPLETE || wasAlone || members < replicas) {
            unsureAt = now;
        }
        replicas = members;
        version = answer.version();
        pause.answered(answer, asked, books.nextFreeNanos(), now);
        notAnswered();
        if (isRetired) {
            answeredLate(answer);
        } else {
            hold(answer.slots(), now);
        }
        if (answer.status() == Slots.Status.LOST) {
            report(now);
            return true;
        }
        return false;
    }

    /** The store reserved them at some time between the order and the answer. */
    private void hold(List<Slot> slots, long now) {
        for (Slot slot : slots) {
            long at = now + slot.in().toNanos();
            own.hold(at, at - (now - askedAt), slot.id(), slot.size());
        }
    }

    /** Gives back the slots of an answer that came after its timeout. */
    void answeredLate(Slots answer) {
        answer.slots().forEach(slot -> own.giveBack(slot.id(), slot.size(), true));
    }

    /** Reports what was sent and what is held, because the books were lost; returns false if it has just done so. */
    boolean lost(long now) {
        if (now - lostAt < REPORTED_NANOS) {
            return false;
        }
        version = null;
        report(now);
        return true;
    }

    private void report(long now) {
        lostAt = now;
        own.reportAll(now);
    }

    /** Finds out whether the books still have what this replica has sent in the last minute, because other books were lost. */
    void verify(long now) {
        if (version != null && now - Math.max(verifiedAt, lostAt) >= REPORTED_NANOS && own.requests(now) > 0) {
            verifiedAt = now;
            owner.hasToReport(true);
        }
    }

    /** Gives back held slots, the latest first. */
    void giveBack(int number) {
        own.giveBack(number, areScarce());
    }

    /** Gives back a held slot. */
    void giveBack(HeldSlots.Held slot) {
        own.giveBack(slot, areScarce());
    }

    /** Gives back the slots that were usable by a time, because no waiting request could use them. */
    void giveBackUntil(long at, long now) {
        if (own.giveBackUntil(at, areScarce()) > 0) {
            pause.inVain(now);
        }
    }

    private boolean areScarce() {
        return books.requests().left() < PLENTY || books.tokens().left() < PLENTY;
    }

    /** Returns whether the books contain everything that was sent in the last minute, by all replicas. */
    boolean knowAll(long now) {
        return now - books.asOfNanos() < FRESH_NANOS && now - unsureAt >= RollingMinute.MINUTE;
    }
}
