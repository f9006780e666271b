package io.github.geminipool.spi;

import io.github.geminipool.settings.Selection;

/**
 * Scores usable keys; the pool takes the key with the highest score, and among equal scores the least recently used one. Keys of a
 * higher tier are scored only if no key of a lower tier is usable.
 *
 * <p>Implementations must be thread-safe. For each attempt, the pool scores up to 16 keys while it holds a lock: implementations must
 * be fast, and must not block or call the pool. An exception counts as the lowest score; the first one is logged.
 */
@FunctionalInterface
public interface SelectionStrategy {

    /** Returns the score of a key: the higher, the better. NaN counts as the lowest score. */
    double score(Candidate candidate);

    /** Returns the strategy for a setting. */
    static SelectionStrategy of(Selection selection) {
        return switch (selection) {
            case ADAPTIVE -> SelectionStrategy::adaptive;
            case HEALTH_SCORE -> c -> (1.0 / Math.max(1, c.usage())) * (1 - c.errorRate());
            case LEAST_LOADED -> c -> -c.inFlight() / c.project().weight();
            case ROUND_ROBIN -> c -> -c.lastUse();
        };
    }

    private static double adaptive(Candidate c) {
        double successRate = 1 - c.errorRate();
        double health = successRate * successRate;
        // Small differences are noise: reacting to them would send all calls to one key.
        double speed = c.relativeLatency() > 2 ? 0.5 : 1;
        // Spares keys with little quota left. A key with none left is no candidate.
        double left = 0.05 + 0.95 * c.quotaLeft();
        return c.project().weight() * health * speed * left / (1 + 2 * c.inFlight() + c.recentUsage());
    }
}
