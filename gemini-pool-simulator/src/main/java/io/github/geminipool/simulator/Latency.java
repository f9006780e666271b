package io.github.geminipool.simulator;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** A distribution of waiting times. The simulator draws from it with its own seeded source, and waits without a thread. */
@FunctionalInterface
public interface Latency {

    /**
     * Draws one waiting time.
     *
     * @param random the simulator's source of randomness
     * @return not negative
     */
    Duration next(RandomGenerator random);

    /**
     * Always the same.
     *
     * @param duration not negative
     * @return the distribution
     */
    static Latency fixed(Duration duration) {
        Duration checked = notNegative(duration);
        return random -> checked;
    }

    /**
     * Each value between two bounds is as likely as any other.
     *
     * @param least not negative
     * @param most not less than {@code least}
     * @return the distribution
     */
    static Latency uniform(Duration least, Duration most) {
        long from = notNegative(least).toNanos();
        long span = notNegative(most.minus(least)).toNanos();
        return random -> Duration.ofNanos(from + (long) (span * random.nextDouble()));
    }

    /**
     * The long-tailed shape that real services have.
     *
     * @param median half of the values are below it; more than zero
     * @param sigma the spread: 0 is none, 0.5 puts the 99th percentile at 3.2 medians, 1 at 10
     * @return the distribution
     */
    static Latency logNormal(Duration median, double sigma) {
        double nanos = notNegative(median).toNanos();
        if (!(sigma >= 0)) {
            throw new IllegalArgumentException("sigma must not be negative: " + sigma);
        }
        return random -> Duration.ofNanos((long) (nanos * Math.exp(sigma * random.nextGaussian())));
    }

    private static Duration notNegative(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("A latency must not be negative: " + duration);
        }
        return duration;
    }
}
