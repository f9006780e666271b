package io.github.geminipool.internal.quota;

/**
 * The times of recent sends (requests, or the tokens of their prompts), as far as a limit per rolling minute needs them. Its
 * memory is bounded: above a limit of a few thousand, several sends share an entry and count as sent with the last of them,
 * which never exceeds the limit. Not thread-safe.
 */
public final class RollingMinute {

    public static final long MINUTE = 60_000_000_000L;

    /** What was sent longer ago counts nowhere: a minute, and the widest guard. */
    public static final long COUNTS_NANOS = MINUTE + Guard.MAX_NANOS;

    /** A time in the past: no send has to leave the window first. */
    static final long FREE = Long.MIN_VALUE;

    /** Maximum limit for which each send has a separate entry. */
    static final int EXACT = 4_095;

    private static final int INITIAL_CAPACITY = 16;

    /** Maximum number of entries for the sends of other processes. */
    private static final int MAX_OTHERS = 256;

    private final int limit;
    private final int group;
    private final int most;
    private final double spread;
    private final double perOne;

    /** A ring of entries, ordered by time; its length is a power of two. */
    private long[] times = new long[INITIAL_CAPACITY];

    private long[] counts = new long[INITIAL_CAPACITY];
    private int start;
    private int size;

    /** Number of newest entries that together hold fewer sends than the limit, and their number of sends. */
    private int inside;

    private long sum;

    /** Number of newest entries that are not known to be older than a minute, and their number of sends. */
    private int fresh;

    private long freshSum;

    /** Distance that the next send keeps from the newest one while sends are spread, in nanoseconds. */
    private long distance;

    /** Creates a minute in which nothing was sent. */
    RollingMinute(int limit, double spread) {
        this(limit, limit, spread);
    }

    /**
     * Creates a minute in which nothing was sent.
     *
     * @param highest the limit that may hold again; the memory suffices for it
     * @param spread the part of the minute over which sends are spread under load, so that a burst does not repeat every
     *     minute
     */
    RollingMinute(int limit, int highest, double spread) {
        this.limit = limit;
        this.spread = spread;
        this.group = 1 + (limit - 1) / EXACT;
        // Neighbours that fit into one entry are merged, so any two hold more than a full entry.
        this.most = group == 1 ? Math.max(limit, Math.min(highest, EXACT)) + 1 : 2 * (limit / group) + 6;
        this.perOne = spread * MINUTE / limit;
    }

    int limit() {
        return limit;
    }

    /** Returns when an amount may be sent: now or later. */
    long nextSlot(long now, long guard, long amount) {
        return Math.max(now, Math.max(freeAt(guard, amount), spreadUntil()));
    }

    /** Returns when the window has room for an amount; a time in the past or {@link #FREE} if it has room now. */
    private long freeAt(long guard, long amount) {
        int kept = inside;
        long keptSum = sum;
        // An amount above the limit needs an empty window.
        long room = Math.max(0, limit - amount);
        while (keptSum > room) {
            keptSum -= count(size - kept);
            kept--;
        }
        int last = size - kept - 1;
        return last < 0 ? FREE : time(last) + MINUTE + guard;
    }

    /** Returns until when spreading delays the next send; a past time unless two minutes hold more than the limit. */
    private long spreadUntil() {
        int before = size - inside - 2;
        return before < 0 ? FREE : Math.min(time(before) + 2 * MINUTE, time(size - 1) + distance);
    }

    /** Returns whether there is room, but spreading delays the next send. */
    boolean isSpreading(long now, long guard, long amount) {
        return freeAt(guard, amount) <= now && spreadUntil() > now;
    }

    /** Returns how much was sent in the minute that ends now, at most the limit. */
    long used(long now) {
        while (fresh > 0 && time(size - fresh) <= now - MINUTE) {
            freshSum -= count(size - fresh);
            fresh--;
        }
        return Math.min(freshSum, limit);
    }

    /** Returns how much more can be sent until a time, if only the window delays it. */
    long capacityUntil(long now, long until, long guard) {
        long whole = Math.max(0, until - now) / MINUTE;
        long since = until - whole * MINUTE - MINUTE - guard;
        long there = 0;
        for (int i = size - 1; i >= 0 && time(i) > since; i--) {
            there += count(i);
        }
        return Math.max(0, limit - there) + whole * limit;
    }

    /** Records that an amount is sent. */
    void add(long at, long amount) {
        if (amount == 0) {
            return;
        }
        if (size == 0 || count(size - 1) + amount > group) {
            append(size == 0 ? at : Math.max(at, time(size - 1)));
            inside++;
            fresh++;
        }
        int newest = position(size - 1);
        times[newest] = Math.max(at, times[newest]);
        counts[newest] += amount;
        freshSum += amount;
        sum += amount;
        distance = (long) (perOne * amount);
        shrink();
    }

    private void shrink() {
        while (sum >= limit) {
            sum -= count(size - inside);
            inside--;
        }
    }

    private void append(long at) {
        if (size == most) {
            forgetOldest();
        } else if (size == times.length) {
            grow();
        }
        size++;
        times[position(size - 1)] = at;
        counts[position(size - 1)] = 0;
    }

    private void forgetOldest() {
        if (fresh == size) {
            freshSum -= count(0);
            fresh--;
        }
        if (inside == size) {
            sum -= count(0);
            inside--;
        }
        start = position(1);
        size--;
    }

    private void grow() {
        long[] moreTimes = new long[2 * size];
        long[] moreCounts = new long[2 * size];
        for (int i = 0; i < size; i++) {
            moreTimes[i] = time(i);
            moreCounts[i] = count(i);
        }
        times = moreTimes;
        counts = moreCounts;
        start = 0;
    }

    /**
     * Corrects an amount.
     *
     * @param at when it was sent
     * @return whether it was still recorded
     */
    boolean adjust(long at, long difference) {
        int index = firstNotBefore(at);
        if (difference == 0 || index == size || (group == 1 && time(index) != at)) {
            return false;
        }
        long part = Math.max(difference, -count(index));
        change(index, part);
        int before = index - 1;
        if (count(index) == 0) {
            delete(index);
        } else if (fitsWithNext(index)) {
            mergeWithNext(index);
        }
        if (fitsWithNext(before)) {
            mergeWithNext(before);
        }
        shrink();
        extend();
        int same = firstNotBefore(at);
        if (part != difference && same < size && time(same) == at) {
            // Several sends at the same time.
            adjust(at, difference - part);
        }
        return true;
    }

    /** Neighbours that fit into one entry have to be merged, or there would be more entries than the ring can hold. */
    private boolean fitsWithNext(int index) {
        return index >= 0 && index + 1 < size && count(index) + count(index + 1) <= group;
    }

    private void mergeWithNext(int index) {
        long moved = count(index);
        change(index, -moved);
        change(index + 1, moved);
        delete(index);
    }

    private void change(int index, long change) {
        counts[position(index)] += change;
        sum += index >= size - inside ? change : 0;
        freshSum += index >= size - fresh ? change : 0;
    }

    private void extend() {
        while (inside < size && sum + count(size - inside - 1) < limit) {
            inside++;
            sum += count(size - inside);
        }
    }

    private int firstNotBefore(long at) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (time(middle) < at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void delete(int index) {
        for (int i = index; i + 1 < size; i++) {
            times[position(i)] = time(i + 1);
            counts[position(i)] = count(i + 1);
        }
        inside -= index >= size - inside ? 1 : 0;
        fresh -= index >= size - fresh ? 1 : 0;
        size--;
    }

    /**
     * Returns a minute with the same sends and those of other processes, under another limit.
     *
     * @param highest the limit that may hold again
     * @param others the amount that other processes sent, evenly spread over a time
     * @param from the start of that time
     * @param to the end of that time
     */
    RollingMinute with(int newLimit, int highest, long others, long from, long to) {
        RollingMinute made = new RollingMinute(newLimit, highest, spread);
        long step = 1 + (others - 1) / MAX_OTHERS;
        long next = 0;
        for (int i = 0; i < size; i++) {
            for (; next < others && between(from, to, next, others) <= time(i); next += step) {
                made.add(between(from, to, next, others), Math.min(step, others - next));
            }
            made.add(time(i), count(i));
        }
        for (; next < others; next += step) {
            made.add(between(from, to, next, others), Math.min(step, others - next));
        }
        return made;
    }

    private static long between(long from, long to, long index, long count) {
        return from + (long) ((to - from) * ((double) index / count));
    }

    /** Returns the length of the ring. */
    int capacity() {
        return times.length;
    }

    private long time(int index) {
        return times[position(index)];
    }

    private long count(int index) {
        return counts[position(index)];
    }

    private int position(int index) {
        return (start + index) & (times.length - 1);
    }
}
