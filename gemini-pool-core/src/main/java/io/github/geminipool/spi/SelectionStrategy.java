package io.github.geminipool.spi;

import io.github.geminipool.settings.Selection;

/**
 * Chooses a key by giving each usable one a score; the highest wins, and among equals the one that was used the
 * longest time ago. Keys of a higher tier are not even asked for while a lower one is usable.
 *
 * <p>It is called for every attempt and up to 16 keys, while the model pool's lock is held: it must not block, wait or
 * call the pool. What it throws counts as the lowest score and is logged once.
 */
@FunctionalInterface
public interface SelectionStrategy {

    /** How good a choice a key is; not a number counts as the lowest. */
    double score(Candidate candidate);

    /** The strategy behind a setting. */
    static SelectionStrategy of(Selection selection) {
        return switch (selection) {
            case ADAPTIVE -> SelectionStrategy::adaptive;
            case HEALTH_SCORE -> c -> (1.0 / Math.max(1, c.usage())) * (1 - c.errorRate());
            case LEAST_LOADED -> c -> -c.inFlight() / c.project().weight();
            case ROUND_ROBIN -> c -> -c.lastUse();
        };
    }

    private static double adaptive(Candidate c) {
        double health = (1 - c.errorRate()) * (1 - c.errorRate());
        // Small differences are noise: following them would send everything to one key.
        double speed = c.relativeLatency() > 2 ? 0.5 : 1;
        // What has little left is spared for the time when all have; what has nothing is no candidate.
        double left = 0.05 + 0.95 * c.quotaLeft();
        return c.project().weight() * health * speed * left / (1 + 2 * c.inFlight() + c.recentUsage());
    }
}
