package io.github.geminipool.internal.books;

import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.quota.Ledger;
import io.github.geminipool.internal.quota.LocalLedger;
import io.github.geminipool.internal.quota.TokenEstimate;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.stats.QuotaUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A ledger whose books the replicas of an application keep together in a shared store. It holds the slots that it was given, and a
 * copy of the books as of the last answer. While the store does not answer, it goes on alone with a part of the quota, and reports
 * afterwards. Not thread-safe.
 */
public final class ReplicaLedger implements Ledger {

    private final String project;
    private final Limits configured;
    private final TokenEstimate estimate;
    private final LongFunction<Instant> wallClock;
    private final ReplicaLedgers ledgers;
    private final StoreTurns turns;
    private final OwnUse own;
    private final Set<SlotChange.Unit> foundTooHigh = EnumSet.noneOf(SlotChange.Unit.class);

    /** Set only while the store does not answer. */
    private @Nullable LocalLedger alone;

    /** The time since which requests without a slot have not been reported. */
    private long aloneSince;

    ReplicaLedger(
            QuotaBucket bucket,
            String project,
            Limits configured,
            TokenEstimate estimate,
            LongFunction<Instant> wallClock,
            ReplicaLedgers ledgers) {
        this.project = project;
        this.configured = configured;
        this.estimate = estimate;
        this.wallClock = wallClock;
        this.ledgers = ledgers;
        this.turns = new StoreTurns(bucket, configured, wallClock, new Notices());
        this.own = turns.own();
    }

    /** Returns a new ledger of another bucket, with the same limits. */
    ReplicaLedger of(QuotaBucket other) {
        return new ReplicaLedger(other, project, configured, estimate, wallClock, ledgers);
    }

    public QuotaBucket bucket() {
        return turns.bucket();
    }

    /** Returns this pool's name for the project. */
    public String project() {
        return project;
    }

    /** Returns the limits in force if no share of them is set: those of the configuration, or smaller ones of other replicas. */
    Limits limits() {
        return turns.books().orSmaller(configured);
    }

    /** Returns whether it goes on alone. */
    public boolean isAlone() {
        return alone != null;
    }

    /** Returns whether it waits for an answer. */
    public boolean isAsking() {
        return turns.isAsking();
    }

    int held() {
        return own.held().count();
    }

    /** Returns whether a slot is held that fits, now or later. */
    boolean holds(SlotSize size, long now) {
        return own.fit(size, now) != null;
    }

    /** Returns the maximum number of slots in one order, so that the other replicas get theirs. */
    int maxPerOrder() {
        return turns.books().turns(ledgers.replicas());
    }

    /**
     * {@inheritDoc}
     *
     * <p>If no slot is held, this is when one might be: when the answer is due, or when the books have room.
     */
    @Override
    public long nextSlot(long now, long size) {
        if (!turns.books().admits(size, estimate)) {
            return PoolClock.NEVER;
        }
        HeldSlots.Held fit = own.fit(slotSize(size), now);
        long ofHeld = fit == null ? PoolClock.NEVER : Math.max(now, fit.at());
        if (alone != null) {
            return ofHeld <= now ? now : Math.min(ofHeld, alone.nextSlot(now, size));
        }
        return fit != null ? ofHeld : turns.knownAt(now);
    }

    private static SlotSize slotSize(long size) {
        return new SlotSize(Demand.requestsOf(size), Demand.tokensOf(size));
    }

    /** Returns when it makes sense to ask for a slot: now, later, or {@link PoolClock#NEVER} as things stand. */
    public long askableAt(long now) {
        return alone != null ? PoolClock.NEVER : turns.askableAt(now);
    }

    /** Forgets when the books will have room for the last order, because a smaller one follows. */
    void mayHaveRoom() {
        turns.mayHaveRoom();
    }

    /** Makes an order of slots, one for each size; without sizes, the order only reports changes. */
    public SlotAsk ask(List<SlotSize> wanted, long withinNanos, long now) {
        return turns.ask(wanted, withinNanos, now);
    }

    /** Takes back an order that was not sent. */
    void notSent(SlotAsk ask, long now) {
        turns.notSent(ask, now);
    }

    /** Gives back what it holds, and all that it is given from now on, because another ledger replaces it. */
    void retire() {
        turns.retire();
    }

    /** Applies the answer to its order. */
    public void answered(Slots answer, long now) {
        boolean wasAlone = alone != null;
        alone = null;
        if (turns.answered(answer, wasAlone, now)) {
            aloneSince = now;
        } else if (wasAlone) {
            reportSentAlone(now);
        }
        turns.books().smallerThan(configured).forEach(limit -> ledgers.differ(project, limit));
    }

    /** Reports what was sent without slots since the last time. */
    void reportSentAlone(long now) {
        own.reportSentAlone(aloneSince, now);
        aloneSince = now;
    }

    /** Gives back the slots of an answer that came after its timeout. */
    public void answeredLate(Slots answer) {
        turns.answeredLate(answer);
    }

    /** Goes on alone, because no answer came in time. */
    public void unanswered(long now) {
        turns.notAnswered();
        if (alone != null) {
            return;
        }
        LocalLedger part = new PartAlone(turns.books(), own.requests(now), own.tokens(now), ledgers.replicas(), now)
                .ledger(estimate, wallClock, now);
        // The slots that it holds were reserved for it and may still be used.
        own.held().forEach(slot -> part.take(slot.at(), sizeOf(slot.size())));
        alone = part;
        aloneSince = now;
    }

    private static long sizeOf(SlotSize size) {
        return new Demand(size.requests(), size.tokens(), true).size(size.tokens());
    }

    /**
     * Puts back what a failed order was to report.
     *
     * @param mayHaveRun whether it may have reached the books all the same
     */
    public void reportAgain(SlotAsk failed, boolean mayHaveRun, long now) {
        own.reportAgain(failed.changes(), mayHaveRun, now);
    }

    /** Reports what was sent and what is held, because the books were lost. */
    public void lost(long now) {
        if (turns.lost(now)) {
            aloneSince = now;
        }
    }

    /** Finds out whether the books still have what this replica has sent in the last minute, because other books were lost. */
    public void verify(long now) {
        turns.verify(now);
    }

    /** Gives back held slots, the latest first. */
    void giveBack(int number) {
        turns.giveBack(number);
    }

    /** Gives back a held slot. */
    void giveBack(HeldSlots.Held slot) {
        turns.giveBack(slot);
    }

    /** Gives back the slots that were usable by a time, because no waiting request could use them. */
    void giveBackUntil(long at, long now) {
        turns.giveBackUntil(at, now);
    }

    HeldSlots slots() {
        return own.held();
    }

    @Override
    public void take(long now, long size) {
        SlotSize wanted = slotSize(size);
        HeldSlots.Held fit = own.fit(wanted, now);
        if (fit != null && (alone == null || fit.at() <= now)) {
            own.use(fit, wanted, now);
            return;
        }
        own.sent(wanted, now);
        if (alone != null) {
            alone.take(now, size);
        } else {
            own.reportSent(wanted, now);
        }
    }

    @Override
    public boolean refund(long at, long size) {
        return own.refund(at, slotSize(size)) || (alone != null && alone.refund(at, size));
    }

    @Override
    public void postpone(long at, long sentAt, long size) {
        if (!own.postpone(at, sentAt, slotSize(size)) && alone != null) {
            alone.postpone(at, sentAt, size);
        }
    }

    @Override
    public boolean settle(long at, long size, long counted) {
        return turns.books().tokens().limit() > 0
                && !own.settle(at, slotSize(size), counted)
                && alone != null
                && alone.settle(at, size, counted);
    }

    @Override
    public int tokenLimit() {
        return turns.books().tokens().limit();
    }

    @Override
    public int requestLimit() {
        return turns.books().requestLimit();
    }

    @Override
    public double left(long now) {
        return alone != null ? alone.left(now) : turns.books().left(now);
    }

    @Override
    public long requestsUntil(long now, long until) {
        return alone != null
                ? alone.requestsUntil(now, until)
                : SharedBooks.mostUntil(turns.books().requests(), now, until);
    }

    @Override
    public long tokensUntil(long now, long until) {
        return alone != null
                ? alone.tokensUntil(now, until)
                : SharedBooks.mostUntil(turns.books().tokens(), now, until);
    }

    @Override
    public boolean refusedByMinute(int limit, long size, long takenAt, long now, long roomAt) {
        if (alone != null) {
            alone.refusedByMinute(limit, size, takenAt, now, roomAt);
        }
        own.refused(SlotChange.Unit.REQUESTS_PER_MINUTE, limit, Demand.requestsOf(size), takenAt, roomAt);
        return isTooHigh(SlotChange.Unit.REQUESTS_PER_MINUTE, configured.requestsPerMinute(), limit);
    }

    @Override
    public boolean refusedByTokens(int limit, long size, long takenAt, long now, long roomAt) {
        if (alone != null) {
            alone.refusedByTokens(limit, size, takenAt, now, roomAt);
        }
        own.refused(SlotChange.Unit.TOKENS_PER_MINUTE, limit, Demand.tokensOf(size), takenAt, roomAt);
        return isTooHigh(SlotChange.Unit.TOKENS_PER_MINUTE, configured.tokensPerMinute(), limit);
    }

    @Override
    public boolean refusedByDay(int limit, long now) {
        if (alone != null) {
            alone.refusedByDay(limit, now);
        }
        own.refused(SlotChange.Unit.REQUESTS_PER_DAY, limit, 1, now, now);
        return isTooHigh(SlotChange.Unit.REQUESTS_PER_DAY, configured.requestsPerDay(), limit);
    }

    private boolean isTooHigh(SlotChange.Unit unit, @Nullable Integer ofConfiguration, int reported) {
        return ofConfiguration != null && ofConfiguration > reported && foundTooHigh.add(unit);
    }

    @Override
    public void forget() {
        if (alone != null) {
            alone.forget();
        }
        own.report(new SlotChange.Forgotten(), true);
    }

    @Override
    public List<QuotaUsage> usage(String project, long now) {
        List<QuotaUsage> usage = new ArrayList<>(3);
        turns.books().addUsage(project, now, usage);
        return usage;
    }

    @Override
    public boolean knowsAll(long now) {
        return alone == null && turns.knowAll(now);
    }

    @Override
    public boolean isDayUsedUp(long now) {
        return alone != null ? alone.isDayUsedUp(now) : turns.books().isDayUsedUp(now);
    }

    @Override
    public String why(long now, long reserved) {
        return alone != null ? alone.why(now, reserved) : turns.books().why(now);
    }

    /** Passes this ledger's changes on to those who count for all of the pool's ledgers. */
    private final class Notices implements StoreTurns.Owner {

        @Override
        public void holdsMore(int number) {
            ledgers.count(ReplicaLedger.this, number, 0);
        }

        @Override
        public void asksMore(int number) {
            ledgers.count(ReplicaLedger.this, 0, number);
        }

        @Override
        public void allReported() {
            ledgers.allReported(ReplicaLedger.this);
        }

        @Override
        public int replicas() {
            return ledgers.replicas();
        }

        @Override
        public long timeoutNanos() {
            return ledgers.timeoutNanos();
        }

        @Override
        public void hasToReport(boolean isUrgent) {
            ledgers.hasToReport(ReplicaLedger.this, isUrgent && alone == null);
        }
    }
}
