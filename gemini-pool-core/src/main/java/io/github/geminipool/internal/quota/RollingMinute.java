package io.github.geminipool.internal.quota;

/**
 * When requests, or the tokens of their prompts, were sent lately, as far as a limit of any sixty seconds needs to know. Its
 * memory is bounded by the limit: beyond a few thousand, several sends share an entry and count as sent with the last of
 * them, which never lets one too many go. Not thread-safe.
 */
final class RollingMinute {

    static final long MINUTE = 60_000_000_000L;

    /** No time: nothing was sent that would have to pass. */
    static final long FREE = Long.MIN_VALUE;

    /** Up to this limit each send has an entry of its own. */
    static final int EXACT = 4_095;

    private static final int SMALLEST = 16;

    /** What others sent is entered in so many parts at most. */
    private static final int MOST_OTHERS = 256;

    private final int limit;
    private final int group;
    private final int most;
    private final double spread;
    private final double perOne;

    /** A ring of entries in the order of their times; its length is a power of two. */
    private long[] times = new long[SMALLEST];

    private long[] counts = new long[SMALLEST];
    private int start;
    private int size;

    /** The newest entries that hold fewer sends than the limit, and how many sends those are. */
    private int inside;

    private long sum;

    /** The newest entries that are not known to be older than a minute, and how many sends those are. */
    private int fresh;

    private long freshSum;

    /** How far from the newest the next one keeps while they are busy. */
    private long distance;

    /** A minute in which nothing was sent. */
    RollingMinute(int limit, double spread) {
        this(limit, limit, spread);
    }

    /**
     * A minute in which nothing was sent.
     *
     * @param highest the limit that may hold again: as much as that needs is remembered
     * @param spread while they are busy, sends are spread over so much of the minute, so that no burst comes back every
     *     minute
     */
    RollingMinute(int limit, int highest, double spread) {
        this.limit = limit;
        this.spread = spread;
        this.group = 1 + (limit - 1) / EXACT;
        // Neighbours that fit into one entry are merged: two of them hold more than one would.
        this.most = group == 1 ? Math.max(limit, Math.min(highest, EXACT)) + 1 : 2 * (limit / group) + 6;
        this.perOne = spread * MINUTE / limit;
    }

    int limit() {
        return limit;
    }

    /** When so much more may be sent: now, or later. */
    long nextSlot(long now, long guard, long amount) {
        return Math.max(now, Math.max(freeAt(guard, amount), spreadUntil()));
    }

    /** When the window has room for so much more; a time in the past if it has, or {@link #FREE}. */
    private long freeAt(long guard, long amount) {
        int kept = inside;
        long keptSum = sum;
        // What is larger than the limit needs the window for itself.
        long room = Math.max(0, limit - amount);
        while (keptSum > room) {
            keptSum -= count(size - kept);
            kept--;
        }
        int last = size - kept - 1;
        return last < 0 ? FREE : time(last) + MINUTE + guard;
    }

    /** Until when the next one keeps its distance; past unless more than the limit were sent in two minutes. */
    private long spreadUntil() {
        int before = size - inside - 2;
        return before < 0 ? FREE : Math.min(time(before) + 2 * MINUTE, time(size - 1) + distance);
    }

    /** Whether there is room, but the next one keeps its distance. */
    boolean isSpreading(long now, long guard, long amount) {
        return freeAt(guard, amount) <= now && spreadUntil() > now;
    }

    /** How many were sent in the minute that ends now. */
    long used(long now) {
        while (fresh > 0 && time(size - fresh) <= now - MINUTE) {
            freshSum -= count(size - fresh);
            fresh--;
        }
        return Math.min(freshSum, limit);
    }

    /** How many more could be sent until a time, if nothing but the window held them up. */
    long capacityUntil(long now, long until, long guard) {
        long whole = Math.max(0, until - now) / MINUTE;
        long since = until - whole * MINUTE - MINUTE - guard;
        long there = 0;
        for (int i = size - 1; i >= 0 && time(i) > since; i--) {
            there += count(i);
        }
        return Math.max(0, limit - there) + whole * limit;
    }

    /** So much is sent. */
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

    /** What was to be sent at a time was more, or less. Returns whether it was still known. */
    boolean adjust(long at, long difference) {
        int index = firstNotBefore(at);
        if (difference == 0 || index == size || (group == 1 && time(index) != at)) {
            return false;
        }
        change(index, Math.max(difference, -count(index)));
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
        return true;
    }

    /** Neighbours that fit into one entry would let the entries be more than there is room for. */
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
     * The same sends, and others that were spread evenly over a time, under a limit.
     *
     * @param highest the limit that may hold again
     * @param others how many were sent by somebody else
     * @param from when the first of them was
     * @param to when the last of them was over
     */
    RollingMinute with(int newLimit, int highest, long others, long from, long to) {
        RollingMinute made = new RollingMinute(newLimit, highest, spread);
        long step = 1 + (others - 1) / MOST_OTHERS;
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

    /** How many entries there is room for now. */
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
