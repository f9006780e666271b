package io.github.geminipool.redis;

import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.BookedQuota;
import io.github.geminipool.shared.BooksVersion;
import io.github.geminipool.shared.Slot;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes orders as {@code books.lua} reads them, and reads its answers. */
final class BooksCall {

    static final long MINUTE_MICROS = 60_000_000;

    private static final Slots.Status[] STATUSES = {Slots.Status.COMPLETE, Slots.Status.LOST, Slots.Status.REPORTING};
    private static final int FIRST_SLOT = 15;

    private final List<String> arguments = new ArrayList<>();

    private BooksCall() {}

    /** Returns the arguments of an order. */
    static String[] arguments(SlotOrder order, long minuteMicros) {
        BooksCall call = new BooksCall();
        call.add(minuteMicros);
        call.addOrder(order);
        order.changes().forEach(call::addChange);
        return call.arguments.toArray(String[]::new);
    }

    private void addOrder(SlotOrder order) {
        Limits limits = order.limits();
        add(orZero(limits.requestsPerMinute()));
        add(orZero(limits.tokensPerMinute()));
        add(orZero(limits.requestsPerDay()));
        arguments.add(String.valueOf(limits.share() == null ? 1.0 : limits.share()));
        add(order.dayEnds().getEpochSecond());
        BooksVersion known = order.known();
        add(known == null ? 0 : known.epoch());
        add(known == null ? 0 : known.given());
        add(order.turns());
        add(micros(order.within()));
        add(order.wanted().size());
        order.wanted().forEach(this::addSize);
    }

    private void addChange(SlotChange change) {
        if (change instanceof SlotChange.Moved moved) {
            addMove(
                    moved.slot(),
                    micros(moved.later()),
                    moved.size().requests(),
                    moved.size().tokens());
            addSize(moved.reserved());
        } else if (change instanceof SlotChange.Unused unused) {
            addMove(unused.slot(), 0, 0, 0);
            addSize(unused.reserved());
        } else if (change instanceof SlotChange.Kept kept) {
            arguments.add("K");
            add(kept.slot());
            addSize(kept.size());
        } else if (change instanceof SlotChange.Sent sent) {
            arguments.add("S");
            add(micros(sent.ago()));
            addSize(sent.size());
        } else if (change instanceof SlotChange.OfDay ofDay) {
            arguments.add("D");
            add(ofDay.requests());
        } else if (change instanceof SlotChange.KeptOfDay ofDay) {
            arguments.add("Y");
            add(ofDay.requests());
        } else if (change instanceof SlotChange.Refused refused) {
            addRefusal(refused);
        } else if (change instanceof SlotChange.Forgotten) {
            arguments.add("F");
        }
    }

    private void addMove(long slot, long later, int requests, long tokens) {
        arguments.add("M");
        add(slot);
        add(later);
        add(requests);
        add(tokens);
    }

    private void addRefusal(SlotChange.Refused refused) {
        arguments.add("L");
        arguments.add(
                switch (refused.unit()) {
                    case REQUESTS_PER_MINUTE -> "r";
                    case TOKENS_PER_MINUTE -> "t";
                    case REQUESTS_PER_DAY -> "d";
                });
        add(refused.limit());
        add(micros(refused.takenAgo()));
        add(micros(refused.roomIn()));
        add(refused.amount());
    }

    private void addSize(SlotSize size) {
        add(size.requests());
        add(size.tokens());
    }

    private void add(long number) {
        arguments.add(Long.toString(number));
    }

    private static long orZero(@Nullable Integer limit) {
        return limit == null ? 0 : limit;
    }

    private static long micros(Duration duration) {
        return duration.getSeconds() * 1_000_000 + duration.getNano() / 1_000;
    }

    /** Returns the answer to an order. */
    static Slots answer(List<Long> reply, List<SlotSize> wanted) {
        long now = reply.get(1);
        List<Slot> slots = new ArrayList<>(reply.size() - FIRST_SLOT);
        for (int i = FIRST_SLOT; i < reply.size(); i++) {
            long slot = reply.get(i);
            slots.add(new Slot(slot, after(now, slot), wanted.get(i - FIRST_SLOT)));
        }
        long dayEnds = reply.get(14);
        return new Slots(
                STATUSES[Math.toIntExact(reply.get(0))],
                new BooksVersion(reply.get(2), reply.get(3)),
                slots,
                after(now, reply.get(4)),
                quota(reply, 5),
                quota(reply, 8),
                quota(reply, 11),
                after(now, dayEnds));
    }

    private static BookedQuota quota(List<Long> reply, int from) {
        return new BookedQuota(Math.toIntExact(reply.get(from)), reply.get(from + 1), reply.get(from + 2) == 1);
    }

    private static Duration after(long now, long then) {
        return Duration.ofNanos(Math.max(0, then - now) * 1_000);
    }
}
