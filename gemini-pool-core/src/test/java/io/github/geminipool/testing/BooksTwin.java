package io.github.geminipool.testing;

import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.BooksVersion;
import io.github.geminipool.shared.Slot;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The books of one bucket in plain words: what a store must do, entry by entry, without sums that are kept. Its time is given, in
 * microseconds. Not thread-safe.
 */
public final class BooksTwin {

    private static final double REQUEST_SPREAD = 0.97;
    private static final double TOKEN_SPREAD = 0.2;

    /** Up to this limit every send has an entry of its own. */
    private static final int EXACT = 4_095;

    private static final int MOST_OF_OTHERS = 256;
    private static final long SECOND = 1_000_000;

    private final long minute;
    private final long cell;
    private final TreeSet<TwinEntry> entries = new TreeSet<>();
    private final TwinMinute requests;
    private final TwinMinute tokens;
    private final TwinDay day;
    private long busyMark;
    private long clock;
    private long offset;
    private long epoch;
    private long given;
    private long quietUntil;
    private long complete;
    private long latest;
    private boolean isCoarse;

    /** Creates books that do not exist yet. */
    public BooksTwin() {
        this(60 * SECOND);
    }

    /**
     * Creates books that do not exist yet.
     *
     * @param minute the length of what counts as a minute, in microseconds
     */
    public BooksTwin(long minute) {
        this.minute = minute;
        this.cell = (long) Math.ceil(minute / 4096.0);
        this.day = new TwinDay(minute);
        this.requests = new TwinMinute(minute, minute / 600.0, REQUEST_SPREAD, TwinEntry::requests);
        this.tokens = new TwinMinute(minute, minute / 75.0, TOKEN_SPREAD, TwinEntry::tokens);
    }

    /** Returns a copy. */
    public BooksTwin copy() {
        BooksTwin copy = new BooksTwin(minute);
        copy.entries.addAll(entries);
        copy.requests.copy(requests);
        copy.tokens.copy(tokens);
        copy.day.copy(day);
        copy.busyMark = busyMark;
        copy.clock = clock;
        copy.offset = offset;
        copy.epoch = epoch;
        copy.given = given;
        copy.quietUntil = quietUntil;
        copy.complete = complete;
        copy.latest = latest;
        copy.isCoarse = isCoarse;
        return copy;
    }

    /** Returns whether there is room for a request. */
    public boolean hasRoom(long now) {
        TwinEntry newest = entries.isEmpty() ? TwinEntry.probe(0) : entries.last();
        return quietUntil <= now && nextFree(SlotSize.ONE, newest, now) <= now;
    }

    /** Loses everything, as when a server is flushed. */
    public void wipe() {
        evict();
        epoch = 0;
    }

    /** Loses what was sent and keeps the rest, as when one of two keys is evicted. */
    public void evict() {
        entries.clear();
    }

    /** Loses the number of the latest slot, as a fail-over may. */
    public void forgetLatest() {
        given--;
    }

    /** Answers an order at a time of the server's clock. */
    public Slots ask(long serverTime, SlotOrder order) {
        if (epoch == 0) {
            offset = 0;
            clock = 0;
        }
        offset = Math.max(offset, clock - serverTime);
        long now = serverTime + offset;
        Limits limits = order.limits();
        double share = limits.share() == null ? 1 : limits.share();
        requests.configure(limits.requestsPerMinute(), share);
        tokens.configure(limits.tokensPerMinute(), share);
        day.limit.configure(limits.requestsPerDay(), share);
        boolean isNew = epoch == 0;
        if (isNew) {
            begin(now);
        }
        Slots.Status status = status(isNew, now, order.known());
        requests.forgetOld(now);
        tokens.forgetOld(now);
        day.turn(now, offset, order.dayEnds().getEpochSecond());
        agree(now);
        order.changes().forEach(change -> apply(change, now));
        requests.pass(now, entries);
        tokens.pass(now, entries);
        passBusy(now);
        agree(now);
        tokens.limit.agree(now);
        day.limit.agree(now);
        return answer(status, order, now);
    }

    private void agree(long now) {
        requests.limit.agree(now);
        isCoarse = requests.limit.agreed == 0 || requests.limit.agreed > EXACT;
    }

    private void begin(long now) {
        entries.clear();
        epoch = now;
        clock = now;
        given = 0;
        quietUntil = 0;
        complete = 0;
        latest = 0;
        busyMark = now - 2 * minute;
        requests.begin(now);
        tokens.begin(now);
        day.begin();
    }

    private Slots.Status status(boolean isNew, long now, @Nullable BooksVersion known) {
        long knownEpoch = known == null ? 0 : known.epoch();
        long knownGiven = known == null ? 0 : known.given();
        boolean isEvicted = !isNew && latest > now - minute && entries.isEmpty();
        boolean isBehind = !isNew && (knownEpoch > epoch || (knownEpoch == epoch && knownGiven > given));
        if (!isEvicted && !isBehind && (known == null || knownEpoch == epoch)) {
            return quietUntil > now ? Slots.Status.REPORTING : Slots.Status.COMPLETE;
        }
        if (isEvicted || isBehind) {
            epoch = Math.max(now, Math.max(epoch, knownEpoch) + 1);
            day.isKept = true;
            complete = isBehind && !entries.isEmpty() ? entries.last().at() : 0;
        }
        given = Math.max(given, knownGiven) + 1;
        latest = 0;
        quietUntil = now + minute / 240;
        return Slots.Status.LOST;
    }

    private void apply(SlotChange change, long now) {
        if (change instanceof SlotChange.Moved moved) {
            SlotSize size = moved.size();
            settle(moved.slot(), micros(moved.later()), size.requests(), size.tokens(), moved.reserved(), now);
        } else if (change instanceof SlotChange.Unused unused) {
            settle(unused.slot(), 0, 0, 0, unused.reserved(), now);
        } else if (change instanceof SlotChange.Kept kept) {
            keep(kept.slot(), kept.size(), now);
        } else if (change instanceof SlotChange.Sent sent) {
            long at = now - micros(sent.ago());
            if (at > now - 2 * minute) {
                latest = Math.max(
                        latest,
                        book(at, sent.size().requests(), sent.size().tokens()).at());
            }
        } else if (change instanceof SlotChange.OfDay ofDay) {
            day.used += ofDay.requests();
        } else if (change instanceof SlotChange.KeptOfDay ofDay) {
            day.used += day.isKept ? 0 : ofDay.requests();
        } else if (change instanceof SlotChange.Refused refused) {
            refuse(refused, now);
        } else {
            requests.limit.learn(0);
            tokens.limit.learn(0);
            day.limit.learn(0);
            day.isFull = false;
        }
    }

    private void settle(long slot, long later, long newRequests, long newTokens, SlotSize was, long now) {
        TwinEntry entry = entries.ceiling(TwinEntry.probe(slot));
        if (entry == null || entry.at() - entry.span() > slot) {
            return;
        }
        entries.remove(entry);
        long restRequests = Math.max(0, entry.requests() - was.requests());
        long restTokens = Math.max(0, entry.tokens() - was.tokens());
        if (restRequests > 0 || restTokens > 0) {
            entries.add(new TwinEntry(entry.at(), restRequests, restTokens, entry.span()));
        }
        if (newRequests > 0) {
            book(Math.min(slot + later, Math.max(slot, now + minute)), newRequests, newTokens);
        }
        if (slot >= day.began) {
            day.used = Math.max(0, day.used + newRequests - was.requests());
        }
        if (entries.isEmpty()) {
            latest = 0;
        }
    }

    /** Books what is or will be sent at a time: in an entry with what is sent then, or, of large limits, soon before or after. */
    private TwinEntry book(long at, long ofRequests, long ofTokens) {
        long from = isCoarse ? at / cell * cell : at;
        TwinEntry there = entries.floor(TwinEntry.probe(isCoarse ? from + cell - 1 : at));
        TwinEntry made;
        if (there == null || there.at() < from) {
            made = new TwinEntry(at, ofRequests, ofTokens, 0);
        } else {
            entries.remove(there);
            long to = Math.max(at, there.at());
            made = new TwinEntry(
                    to,
                    there.requests() + ofRequests,
                    there.tokens() + ofTokens,
                    to - Math.min(at, there.at() - there.span()));
        }
        entries.add(made);
        return made;
    }

    private void keep(long slot, SlotSize size, long now) {
        if (slot <= complete || slot <= now - 2 * minute || slot >= now + 2 * minute) {
            return;
        }
        if (isCoarse || !entries.contains(TwinEntry.probe(slot))) {
            book(slot, size.requests(), size.tokens());
            latest = Math.max(latest, slot);
        }
    }

    private void refuse(SlotChange.Refused refused, long now) {
        if (refused.unit() == SlotChange.Unit.REQUESTS_PER_DAY) {
            day.limit.learn(refused.limit());
            day.isFull = true;
            return;
        }
        boolean ofRequests = refused.unit() == SlotChange.Unit.REQUESTS_PER_MINUTE;
        TwinMinute of = ofRequests ? requests : tokens;
        long missing = of.refused(refused, now, entries);
        if (missing < 0) {
            return;
        }
        double from = of.othersSince(micros(refused.roomIn()), now, ofRequests ? 0 : tokens.guard(now));
        long step = 1 + (missing - 1) / MOST_OF_OTHERS;
        for (long done = 0; done < missing; done += step) {
            long n = Math.min(step, missing - done);
            long at = (long) Math.floor(from + (now - from) * done / missing);
            book(at, ofRequests ? n : 0, ofRequests ? 0 : n);
        }
    }

    private void passBusy(long now) {
        long upTo = now - 2 * minute;
        if (entries.stream().anyMatch(entry -> entry.at() > busyMark && entry.at() <= upTo)) {
            busyMark = upTo;
            long old = Math.min(busyMark, Math.min(requests.mark, tokens.mark));
            entries.removeIf(entry -> entry.at() <= old);
        }
    }

    private Slots answer(Slots.Status status, SlotOrder order, long now) {
        List<Slot> slots = new ArrayList<>();
        long following = quietUntil;
        if (status == Slots.Status.COMPLETE) {
            long within = Math.min(minute, micros(order.within()));
            TwinEntry newest = entries.isEmpty() ? TwinEntry.probe(0) : entries.last();
            int future = 0;
            for (SlotSize size : order.wanted()) {
                long at = nextFree(size, newest, now);
                if (at > now && (++future > order.turns() || at > now + within)) {
                    break;
                }
                long slot = Math.max(at, newest.at() + (isCoarse ? 0 : 1));
                clock = now;
                newest = give(slot, size);
                slots.add(new Slot(slot, Duration.ofNanos(Math.max(0, slot - now) * 1000), size));
            }
            SlotSize next =
                    slots.size() < order.wanted().size() ? order.wanted().get(slots.size()) : SlotSize.ONE;
            following = nextFree(next, newest, now);
        }
        return new Slots(
                status,
                new BooksVersion(epoch, given),
                slots,
                Duration.ofNanos(Math.max(0, following - now) * 1000),
                requests.booked(entries),
                tokens.booked(entries),
                day.booked(),
                Duration.ofNanos(Math.max(0, day.ends * SECOND + offset - now) * 1000));
    }

    private TwinEntry give(long slot, SlotSize size) {
        latest = Math.max(latest, slot);
        given++;
        day.used += size.requests();
        return book(slot, size.requests(), size.tokens());
    }

    private long nextFree(SlotSize size, TwinEntry newest, long now) {
        double at = Math.max(
                requests.freeAt(size.requests(), entries, now),
                tokens.freeAt(Math.max(1, size.tokens()), entries, now));
        at = Math.max(at, requests.spreadUntil(newest, entries, busyMark));
        at = Math.max(at, tokens.spreadUntil(newest, entries, busyMark));
        return (long) Math.ceil(Math.max(at, day.freeAt(size.requests(), now, offset)));
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }
}
