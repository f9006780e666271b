package io.github.geminipool.internal.books;

import io.github.geminipool.internal.quota.RollingMinute;
import io.github.geminipool.shared.SlotSize;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The requests that this replica has sent in the last minute, with or without a slot. Not thread-safe. */
final class OwnSends {

    /**
     * A request.
     *
     * @param at when it was sent, as far as is known
     * @param order distinguishes requests sent at the same time
     * @param slot identifies its slot; 0 if it has none
     * @param size its size in the books
     */
    record Send(long at, long order, long slot, SlotSize size) implements Comparable<Send> {

        @Override
        public int compareTo(Send other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }

        private boolean isCloseTo(Send first) {
            return at - first.at < CLOSE_NANOS && Math.abs(slot - first.slot) < CLOSE_NANOS / 1_000;
        }

        /** It counts as sent with the last of them: never too early. */
        private Send and(Send later) {
            SlotSize both = new SlotSize(size.requests() + later.size.requests(), size.tokens() + later.size.tokens());
            return new Send(Math.max(at, later.at), order, Math.max(slot, later.slot), both);
        }
    }

    /** A report of more than these is shortened. With limits that keep slots apart, there are fewer. */
    private static final int MOST = 5_000;

    /** Sends this close to each other may be reported as one: books of large limits do not keep them apart either. */
    private static final long CLOSE_NANOS = RollingMinute.MINUTE / 4_096;

    private final NavigableSet<Send> sends = new TreeSet<>();
    private long number;
    private int requests;

    void add(long at, long slot, SlotSize size, long now) {
        forgetOld(now);
        sends.add(new Send(at, number++, slot, size));
        requests += size.requests();
    }

    /** Removes and returns a request that was recorded at a time, preferably one of this size; null if it is forgotten. */
    @Nullable
    Send remove(long at, SlotSize size) {
        Send found = null;
        for (Send send : sends.tailSet(new Send(at, Long.MIN_VALUE, 0, size), true)) {
            if (send.at != at) {
                break;
            }
            if (found == null || send.size.equals(size)) {
                found = send;
            }
        }
        if (found != null) {
            sends.remove(found);
            requests -= found.size.requests();
        }
        return found;
    }

    private void forgetOld(long now) {
        while (!sends.isEmpty() && sends.first().at < now - RollingMinute.COUNTS_NANOS) {
            requests -= sends.pollFirst().size.requests();
        }
    }

    /** Returns the number of requests in the last minute. */
    int requests(long now) {
        forgetOld(now);
        return requests;
    }

    /** Returns the number of tokens in the last minute. */
    long tokens(long now) {
        forgetOld(now);
        return sends.stream().mapToLong(send -> send.size.tokens()).sum();
    }

    /** Returns the requests sent since a time. If there are very many, those that were sent almost together are one. */
    List<Send> since(long since) {
        NavigableSet<Send> all = sends.tailSet(new Send(since, Long.MIN_VALUE, 0, SlotSize.ONE), true);
        return all.size() <= MOST
                ? List.copyOf(all)
                : Stream.of(true, false)
                        .flatMap(hasSlot -> merged(all, hasSlot).stream())
                        .toList();
    }

    private static List<Send> merged(Iterable<Send> sends, boolean hasSlot) {
        List<Send> merged = new ArrayList<>();
        Send first = null;
        for (Send send : sends) {
            if ((send.slot != 0) != hasSlot) {
                continue;
            }
            if (first != null && send.isCloseTo(first)) {
                merged.set(merged.size() - 1, merged.get(merged.size() - 1).and(send));
            } else {
                first = send;
                merged.add(send);
            }
        }
        return merged;
    }
}
