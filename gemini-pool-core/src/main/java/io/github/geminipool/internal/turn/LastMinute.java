package io.github.geminipool.internal.turn;

import java.util.Arrays;

/** The sum of the last minute, to the second. Not thread-safe. */
final class LastMinute {

    private static final int SECONDS = 60;
    private static final long SECOND = 1_000_000_000L;

    private final long[] amounts = new long[SECONDS];
    private int current;
    private long currentEnds = Long.MIN_VALUE;
    private long sum;

    void add(long now, long amount) {
        if (amount > 0) {
            moveTo(now);
            amounts[current] += amount;
            sum += amount;
        }
    }

    long sum(long now) {
        moveTo(now);
        return sum;
    }

    private void moveTo(long now) {
        if (now < currentEnds) {
            return;
        }
        if (currentEnds == Long.MIN_VALUE || now - currentEnds >= SECONDS * SECOND) {
            Arrays.fill(amounts, 0);
            sum = 0;
            currentEnds = now + SECOND;
        }
        while (now >= currentEnds) {
            current = (current + 1) % SECONDS;
            sum -= amounts[current];
            amounts[current] = 0;
            currentEnds += SECOND;
        }
    }
}
