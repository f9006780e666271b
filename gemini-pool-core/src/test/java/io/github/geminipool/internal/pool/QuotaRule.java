package io.github.geminipool.internal.pool;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/** How a server counts a limit of a minute; Gemini does not document its way. */
enum QuotaRule {
    ROLLING,
    FIXED,
    WEIGHTED,
    BUCKET;

    private static final double MINUTE = 60;

    Server server(Random random, double limit) {
        return switch (this) {
            case ROLLING -> new Rolling(limit);
            case FIXED -> new Fixed(limit, random.nextDouble() * MINUTE);
            case WEIGHTED -> new Weighted(limit, random.nextDouble() * MINUTE);
            case BUCKET -> new Bucket(limit);
        };
    }

    /** The server's count for one project. */
    interface Server {

        /** Admits an amount that arrives at a time in seconds and returns 0, or returns the seconds until a retry. */
        double admit(double now, double amount);
    }

    private record Arrival(double at, double amount) {}

    private static final class Rolling implements Server {

        private final double limit;
        private final Deque<Arrival> arrivals = new ArrayDeque<>();
        private double sum;

        Rolling(double limit) {
            this.limit = limit;
        }

        @Override
        public double admit(double now, double amount) {
            while (!arrivals.isEmpty() && arrivals.getFirst().at() + MINUTE <= now) {
                sum -= arrivals.removeFirst().amount();
            }
            if (sum + amount > limit) {
                return arrivals.isEmpty() ? MINUTE : arrivals.getFirst().at() + MINUTE - now;
            }
            arrivals.addLast(new Arrival(now, amount));
            sum += amount;
            return 0;
        }
    }

    /** Counts the arrivals in the current minute of the server's clock and in the minute before. */
    private abstract static class Counting implements Server {

        final double limit;
        private final double phase;
        private long window = -1;
        double before;
        double current;

        Counting(double limit, double phase) {
            this.limit = limit;
            this.phase = phase;
        }

        /** Returns the part of the current minute that is over, from 0 to 1. */
        double turn(double now) {
            long index = (long) ((now + phase) / MINUTE);
            if (index != window) {
                before = index == window + 1 ? current : 0;
                current = 0;
                window = index;
            }
            return (now + phase) / MINUTE - index;
        }
    }

    private static final class Fixed extends Counting {

        Fixed(double limit, double phase) {
            super(limit, phase);
        }

        @Override
        public double admit(double now, double amount) {
            double over = turn(now);
            if (current + amount > limit) {
                return (1 - over) * MINUTE;
            }
            current += amount;
            return 0;
        }
    }

    private static final class Weighted extends Counting {

        Weighted(double limit, double phase) {
            super(limit, phase);
        }

        @Override
        public double admit(double now, double amount) {
            double over = turn(now);
            double weighed = before * (1 - over) + current;
            if (weighed + amount > limit) {
                double wait = before == 0 ? MINUTE : (weighed + amount - limit) * MINUTE / before;
                return Math.min(wait, (1 - over) * MINUTE);
            }
            current += amount;
            return 0;
        }
    }

    private static final class Bucket implements Server {

        private final double limit;
        private double tokens;
        private double filledAt;

        Bucket(double limit) {
            this.limit = limit;
            this.tokens = limit;
        }

        @Override
        public double admit(double now, double amount) {
            tokens = Math.min(limit, tokens + (now - filledAt) * limit / MINUTE);
            filledAt = now;
            if (tokens < amount) {
                return (amount - tokens) * MINUTE / limit;
            }
            tokens -= amount;
            return 0;
        }
    }
}
