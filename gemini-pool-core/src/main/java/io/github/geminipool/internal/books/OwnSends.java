package io.github.geminipool.internal.books;

import io.github.geminipool.internal.quota.RollingMinute;
import io.github.geminipool.shared.SlotSize;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Consumer;
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
    }

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

    void forEachSince(long since, Consumer<Send> action) {
        sends.tailSet(new Send(since, Long.MIN_VALUE, 0, SlotSize.ONE), true).forEach(action);
    }
}
