package io.github.geminipool.simulator.internal.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last 60 seconds at any moment. */
final class RollingMinute implements Window {
    private static final Duration LENGTH = Duration.ofMinutes(1);

    private final Deque<Booking> bookings = new ArrayDeque<>();
    private long sum;

    @Override
    public long used(Instant now) {
        while (!bookings.isEmpty() && !bookings.getFirst().ends().isAfter(now)) {
            sum -= bookings.removeFirst().amount();
        }
        return sum;
    }

    @Override
    public void book(Instant now, long amount) {
        bookings.addLast(new Booking(now.plus(LENGTH), amount));
        sum += amount;
    }

    @Override
    public Duration untilRoom(Instant now, long amount, long limit) {
        long used = used(now);
        Duration wait = Duration.ZERO;
        for (Booking booking : bookings) {
            if (used + amount <= limit) {
                break;
            }
            used -= booking.amount();
            wait = Duration.between(now, booking.ends());
        }
        return wait;
    }

    private record Booking(Instant ends, long amount) {}
}
