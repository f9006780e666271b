package io.github.geminipool.internal.books;

import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.quota.Ledger;
import io.github.geminipool.internal.quota.LocalLedger;
import io.github.geminipool.internal.quota.RollingMinute;
import io.github.geminipool.internal.quota.TokenEstimate;
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
import io.github.geminipool.stats.QuotaUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A ledger of which the replicas of an application keep the books together, in a shared store. This one holds the slots that it was
 * given, and knows of the books what it was last told. While the store does not answer it goes on alone, with a part of the quota, and
 * reports afterwards. Not thread-safe.
 */
public final class ReplicaLedger implements Ledger {

    /** If less than this part of a quota is left, what is not needed is given back at once. */
    private static final double PLENTY = 0.5;

    /** Who has just reported lost books, or asked whether they are lost, does not do so again. */
    private static final long REPORTED_NANOS = 1_000_000_000L;

    /** An answer that is overdue is given up a moment later: until then nothing is sent without a slot. */
    private static final long OVERDUE_NANOS = 5_000_000L;

    /** What the books say is of no use to find out about others if it is older. */
    private static final long FRESH_NANOS = 5_000_000_000L;

    private final QuotaBucket bucket;
    private final String project;
    private final Limits configured;
    private final TokenEstimate estimate;
    private final LongFunction<Instant> wallClock;
    private final ReplicaLedgers ledgers;
    private final OwnUse own;
    private final Set<SlotChange.Unit> foundTooHigh = EnumSet.noneOf(SlotChange.Unit.class);
    private final AskPause pause = new AskPause();
    private SharedBooks books;
    private @Nullable BooksVersion version;

    /** Null unless the store does not answer. */
    private @Nullable LocalLedger alone;

    /** Since when requests without a slot have not been reported. */
    private long aloneSince;

    /** When the books last lacked something: they were lost, or a replica could not tell them what it has sent. */
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

    ReplicaLedger(
            QuotaBucket bucket,
            String project,
            Limits configured,
            TokenEstimate estimate,
            LongFunction<Instant> wallClock,
            ReplicaLedgers ledgers) {
        this.bucket = bucket;
        this.project = project;
        this.configured = configured;
        this.estimate = estimate;
        this.wallClock = wallClock;
        this.ledgers = ledgers;
        this.books = SharedBooks.configured(configured);
        this.own = new OwnUse(new Notices(), wallClock);
    }

    /** Returns a new ledger of another bucket, with the same limits. */
    ReplicaLedger of(QuotaBucket other) {
        return new ReplicaLedger(other, project, configured, estimate, wallClock, ledgers);
    }

    public QuotaBucket bucket() {
        return bucket;
    }

    /** Returns what this pool calls the project. */
    public String project() {
        return project;
    }

    /** Returns whether it goes on alone. */
    public boolean isAlone() {
        return alone != null;
    }

    /** Returns whether it waits for an answer. */
    public boolean isAsking() {
        return isAsking;
    }

    int held() {
        return own.held().count();
    }

    /**
     * {@inheritDoc}
     *
     * <p>If no slot is held, this is when one may be: when the answer is due, or when the books have room.
     */
    @Override
    public long nextSlot(long now, long size) {
        if (!books.admits(size, estimate)) {
            return PoolClock.NEVER;
        }
        HeldSlots.Held fit = own.fit(slotSize(size), now);
        long ofHeld = fit == null ? PoolClock.NEVER : Math.max(now, fit.at());
        if (alone != null) {
            return ofHeld <= now ? now : Math.min(ofHeld, alone.nextSlot(now, size));
        }
        return fit != null ? ofHeld : knownAt(now);
    }

    private long knownAt(long now) {
        if (isAsking) {
            return Math.max(answerBy, now + OVERDUE_NANOS);
        }
        // The same time for a while: it decides until when many keys are set aside.
        long timeout = ledgers.timeoutNanos();
        long soon = (now / timeout + 1) * timeout;
        return Math.max(books.nextFreeNanos(), pause.untilNanos() > now ? pause.untilNanos() : soon);
    }

    private static SlotSize slotSize(long size) {
        return new SlotSize(Demand.requestsOf(size), Demand.tokensOf(size));
    }

    /** Returns when it makes sense to ask for a slot: now, later, or {@link PoolClock#NEVER} as things are. */
    public long mayBeAsked(long now) {
        boolean hasEnough = held() > books.turns(ledgers.replicas()) / 2;
        boolean isAnswered = alone == null && !isAsking && now >= pause.untilNanos();
        return !isAnswered || hasEnough ? PoolClock.NEVER : Math.max(now, books.nextFreeNanos());
    }

    /** Makes an order of slots, one for each size; of none, to tell what has changed. */
    public SlotAsk ask(List<SlotSize> wanted, long withinNanos, long now) {
        List<LongFunction<SlotChange>> telling = own.takeUntold();
        ledgers.tells(this);
        SlotAsk made;
        try {
            made = new SlotAsk(order(wanted, withinNanos, telling, now), telling);
        } catch (Throwable e) {
            own.tellAgain(telling, false, now);
            pause.failed(now);
            throw e;
        }
        isAsking = true;
        askedAt = now;
        answerBy = now + ledgers.timeoutNanos();
        asked(wanted.size());
        return made;
    }

    private SlotOrder order(List<SlotSize> wanted, long withinNanos, List<LongFunction<SlotChange>> telling, long now) {
        return new SlotOrder(
                bucket,
                configured,
                PacificDay.endAfter(wallClock.apply(now)),
                version,
                wanted,
                Math.max(0, books.turns(ledgers.replicas()) - held()),
                Duration.ofNanos(withinNanos),
                telling.stream().map(change -> change.apply(now)).toList());
    }

    /** Takes an order back that was not sent. */
    void notSent(SlotAsk ask, long now) {
        isAsking = false;
        asked(0);
        pause.failed(now);
        retell(ask, false, now);
    }

    /** Gives back what it holds and is given from now on: another ledger is used in its place. */
    void retire() {
        isRetired = true;
        giveBack(Integer.MAX_VALUE);
    }

    private void asked(int number) {
        ledgers.count(this, 0, number - asked);
        asked = number;
    }

    /** Takes over the answer to its order. */
    public void told(Slots answer, long now) {
        books = SharedBooks.told(answer, now);
        int members = ledgers.replicas();
        if (answer.status() != Slots.Status.COMPLETE || alone != null || members < replicas) {
            unsureAt = now;
        }
        replicas = members;
        version = answer.version();
        pause.answered(answer, asked, books.nextFreeNanos(), now);
        isAsking = false;
        asked(0);
        for (Slot slot : isRetired ? List.<Slot>of() : answer.slots()) {
            // The store gave it before the answer came, and after the order was sent.
            long at = now + slot.in().toNanos();
            own.hold(at, at - (now - askedAt), slot.id(), slot.size());
        }
        if (isRetired) {
            toldLate(answer);
        }
        boolean wasAlone = alone != null;
        alone = null;
        if (answer.status() == Slots.Status.LOST) {
            report(now);
        } else if (wasAlone) {
            own.tellSentAlone(aloneSince);
        }
        books.smallerThan(configured).forEach(limit -> ledgers.differ(project, limit));
    }

    /** Gives back the slots of an answer that came too late to be waited for. */
    public void toldLate(Slots answer) {
        answer.slots().forEach(slot -> own.giveBack(slot.id(), slot.size(), true));
    }

    /** Goes on alone, as no answer came in time. */
    public void unanswered(long now) {
        isAsking = false;
        asked(0);
        if (alone != null) {
            return;
        }
        LocalLedger part = new PartAlone(books, own.requests(now), own.tokens(now), ledgers.replicas(), now)
                .ledger(estimate, wallClock, now);
        // What it holds was reserved for it, and it may still use it.
        own.held().forEach(slot -> part.take(slot.at(), sizeOf(slot.size())));
        alone = part;
        aloneSince = now;
    }

    private static long sizeOf(SlotSize size) {
        return new Demand(size.requests(), size.tokens(), true).size(size.tokens());
    }

    /**
     * Tells again what an order told that has failed.
     *
     * @param mayHaveRun whether the books may have it nevertheless
     */
    public void retell(SlotAsk failed, boolean mayHaveRun, long now) {
        own.tellAgain(failed.changes(), mayHaveRun, now);
    }

    /** Reports what was sent and is held, as the books were lost. */
    public void lost(long now) {
        if (now - lostAt >= REPORTED_NANOS) {
            version = null;
            report(now);
        }
    }

    private void report(long now) {
        lostAt = now;
        aloneSince = now;
        own.tellAll(now);
    }

    /** Finds out whether the books have lost what this replica has sent in the last minute, as other books were lost. */
    public void verify(long now) {
        if (version != null && now - Math.max(verifiedAt, lostAt) >= REPORTED_NANOS && own.requests(now) > 0) {
            verifiedAt = now;
            ledgers.hasToTell(this, alone == null);
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

    /** Gives back the slots that could have been used until a time, as nobody who waits could use them. */
    void giveBackUntil(long at, long now) {
        if (own.giveBackUntil(at, areScarce()) > 0) {
            pause.inVain(now);
        }
    }

    private boolean areScarce() {
        return books.requests().left() < PLENTY || books.tokens().left() < PLENTY;
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
            own.tellSent(wanted, now);
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
        return books.tokens().limit() > 0
                && !own.settle(at, slotSize(size), counted)
                && alone != null
                && alone.settle(at, size, counted);
    }

    @Override
    public int tokenLimit() {
        return books.tokens().limit();
    }

    @Override
    public int requestLimit() {
        return books.requestLimit();
    }

    @Override
    public double left(long now) {
        return alone != null ? alone.left(now) : books.left(now);
    }

    @Override
    public long requestsUntil(long now, long until) {
        return alone != null ? alone.requestsUntil(now, until) : SharedBooks.mostUntil(books.requests(), now, until);
    }

    @Override
    public long tokensUntil(long now, long until) {
        return alone != null ? alone.tokensUntil(now, until) : SharedBooks.mostUntil(books.tokens(), now, until);
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
        own.tell(new SlotChange.Forgotten(), true);
    }

    @Override
    public List<QuotaUsage> usage(String project, long now) {
        List<QuotaUsage> usage = new ArrayList<>(3);
        books.addUsage(project, now, usage);
        return usage;
    }

    @Override
    public boolean knowsAll(long now) {
        return alone == null && now - books.toldNanos() < FRESH_NANOS && now - unsureAt >= RollingMinute.MINUTE;
    }

    @Override
    public boolean isDayUsedUp(long now) {
        return alone != null ? alone.isDayUsedUp(now) : books.isDayUsedUp(now);
    }

    @Override
    public String why(long now, long reserved) {
        return alone != null ? alone.why(now, reserved) : books.why(now);
    }

    /** Tells the other ledgers of the pool what this one has. */
    private final class Notices implements OwnUse.Owner {

        @Override
        public void holdsMore(int number) {
            ledgers.count(ReplicaLedger.this, number, 0);
        }

        @Override
        public void hasToTell(boolean isUrgent) {
            ledgers.hasToTell(ReplicaLedger.this, isUrgent && alone == null);
        }
    }
}
