package io.github.geminipool.simulator;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** A distribution of delays. The simulator samples it with its seeded random generator and waits without blocking a thread. */
@FunctionalInterface
public interface Latency {

    /**
     * Samples a delay.
     *
     * @param random the simulator's random generator
     * @return a delay, not negative
     */
    Duration next(RandomGenerator random);

    /**
     * Returns a constant delay.
     *
     * @param duration the delay, not negative
     * @return the distribution
     */
    static Latency fixed(Duration duration) {
        Duration checked = notNegative(duration);
        return random -> checked;
    }

    /**
     * Returns a uniform distribution.
     *
     * @param least the minimum, not negative
     * @param most the maximum, not less than {@code least}
     * @return the distribution
     */
    static Latency uniform(Duration least, Duration most) {
        long from = notNegative(least).toNanos();
        long span = notNegative(most.minus(least)).toNanos();
        return random -> Duration.ofNanos(from + (long) (span * random.nextDouble()));
    }

    /**
     * Returns a log-normal distribution, the long-tailed shape typical of real services.
     *
     * @param median the median, greater than zero
     * @param sigma the spread: 0 for none, 0.5 puts the 99th percentile at 3.2 medians, 1 at 10
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
