package io.github.geminipool.internal.quota;

/**
 * When requests were sent lately, as far as a limit of any sixty seconds needs to know. Its memory is bounded by the
 * limit: beyond a few thousand, several sends share an entry and count as sent with the last of them, which never lets
 * one too many go. Not thread-safe.
 */
final class RollingMinute {

    static final long MINUTE = 60_000_000_000L;

    /** No time: nothing was sent that would have to pass. */
    static final long FREE = Long.MIN_VALUE;

    /** Up to this limit each send has an entry of its own. */
    static final int EXACT = 4_095;

    /** While they are busy, requests are spread over so much of the minute, so that no burst comes back every minute. */
    private static final double SPREAD = 0.97;

    private static final int SMALLEST = 16;

    private final int limit;
    private final int group;
    private final int most;
    private final long spread;

    /** A ring of entries in the order of their times; its length is a power of two. */
    private long[] times = new long[SMALLEST];

    private int[] counts = new int[SMALLEST];
    private int start;
    private int size;

    /** The newest entries that hold fewer sends than the limit, and how many sends those are. */
    private int inside;

    private int sum;

    /** A minute in which nothing was sent. */
    RollingMinute(int limit) {
        this(limit, limit);
    }

    /**
     * A minute in which nothing was sent.
     *
     * @param highest the limit that may hold again: as much as that needs is remembered
     */
    RollingMinute(int limit, int highest) {
        this.limit = limit;
        this.group = 1 + (limit - 1) / EXACT;
        // Neighbours that fit into one entry are merged: two of them hold more than one would.
        this.most = group == 1 ? Math.max(limit, Math.min(highest, EXACT)) + 1 : 2 * (limit / group) + 6;
        this.spread = (long) (SPREAD * MINUTE / limit);
    }

    int limit() {
        return limit;
    }

    /** When one more may be sent: now, or later. */
    long nextSlot(long now, long guard) {
        return Math.max(now, Math.max(freeAt(guard), spreadUntil(now)));
    }

    /** When the window has room for one more; a time in the past if it has, or {@link #FREE}. */
    private long freeAt(long guard) {
        int last = size - inside - 1;
        return last < 0 ? FREE : time(last) + MINUTE + guard;
    }

    /** Until when the next one keeps its distance; no later than now unless more than the limit were sent in two minutes. */
    private long spreadUntil(long now) {
        int before = size - inside - 2;
        if (before < 0) {
            return FREE;
        }
        long busyUntil = time(before) + 2 * MINUTE;
        return busyUntil <= now ? FREE : Math.min(busyUntil, time(size - 1) + spread);
    }

    /** Whether there is room, but the next one keeps its distance. */
    boolean isSpreading(long now, long guard) {
        return freeAt(guard) <= now && spreadUntil(now) > now;
    }

    /** How many were sent in the minute that ends now. */
    int used(long now) {
        int used = 0;
        for (int i = size - 1; i >= 0 && time(i) > now - MINUTE; i--) {
            used += count(i);
        }
        return Math.min(used, limit);
    }

    /** One is sent. */
    void add(long at) {
        if (size == 0 || count(size - 1) == group) {
            append(size == 0 ? at : Math.max(at, time(size - 1)));
            inside++;
        }
        int newest = position(size - 1);
        times[newest] = Math.max(at, times[newest]);
        counts[newest]++;
        sum++;
        while (sum >= limit) {
            sum -= count(size - inside);
            inside--;
        }
    }

    private void append(long at) {
        if (size == most) {
            start = position(1);
            size--;
        } else if (size == times.length) {
            grow();
        }
        size++;
        times[position(size - 1)] = at;
        counts[position(size - 1)] = 0;
    }

    private void grow() {
        long[] moreTimes = new long[2 * size];
        int[] moreCounts = new int[2 * size];
        for (int i = 0; i < size; i++) {
            moreTimes[i] = time(i);
            moreCounts[i] = count(i);
        }
        times = moreTimes;
        counts = moreCounts;
        start = 0;
    }

    /** One that was to be sent at a time was not. Returns whether it was still known. */
    boolean remove(long at) {
        int index = firstNotBefore(at);
        if (index == size || (group == 1 && time(index) != at)) {
            return false;
        }
        counts[position(index)]--;
        boolean isInside = index >= size - inside;
        if (isInside) {
            sum--;
        }
        if (count(index) == 0) {
            delete(index);
            inside -= isInside ? 1 : 0;
        } else if (index + 1 < size && count(index) + count(index + 1) <= group) {
            counts[position(index + 1)] += count(index);
            delete(index);
            inside = 0;
            sum = 0;
        }
        extend();
        return true;
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
    RollingMinute with(int newLimit, int highest, int others, long from, long to) {
        RollingMinute made = new RollingMinute(newLimit, highest);
        int next = 0;
        for (int i = 0; i < size; i++) {
            while (next < others && between(from, to, next, others) <= time(i)) {
                made.add(between(from, to, next, others));
                next++;
            }
            for (int n = 0; n < count(i); n++) {
                made.add(time(i));
            }
        }
        while (next < others) {
            made.add(between(from, to, next, others));
            next++;
        }
        return made;
    }

    private static long between(long from, long to, int index, int count) {
        return from + (long) ((to - from) * ((double) index / count));
    }

    /** How many entries there is room for now. */
    int capacity() {
        return times.length;
    }

    private long time(int index) {
        return times[position(index)];
    }

    private int count(int index) {
        return counts[position(index)];
    }

    private int position(int index) {
        return (start + index) & (times.length - 1);
    }
}
