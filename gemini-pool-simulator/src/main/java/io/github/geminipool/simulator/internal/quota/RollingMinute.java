package io.github.geminipool.simulator.internal.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** A rolling window of 60 seconds. */
final class RollingMinute implements Window {
    private static final Duration LENGTH = Duration.ofMinutes(1);

    private final Deque<Use> uses = new ArrayDeque<>();
    private long sum;

    @Override
    public long used(Instant now) {
        while (!uses.isEmpty() && !uses.getFirst().ends().isAfter(now)) {
            sum -= uses.removeFirst().amount();
        }
        return sum;
    }

    @Override
    public void add(Instant now, long amount) {
        uses.addLast(new Use(now.plus(LENGTH), amount));
        sum += amount;
    }

    @Override
    public Duration untilRoom(Instant now, long amount, long limit) {
        long used = used(now);
        Duration wait = Duration.ZERO;
        for (Use use : uses) {
            if (used + amount <= limit) {
                break;
            }
            used -= use.amount();
            wait = Duration.between(now, use.ends());
        }
        return wait;
    }

    private record Use(Instant ends, long amount) {}
}
