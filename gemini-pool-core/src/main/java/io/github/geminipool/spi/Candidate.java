package io.github.geminipool.spi;

import io.github.geminipool.key.Project;

/**
 * A usable key, as a {@link SelectionStrategy} sees it for one model. Valid only during the call to the strategy.
 */
public interface Candidate {

    /** The key's name. */
    String keyName();

    /** The key's project. */
    Project project();

    /** Attempts to this model that hold the key now. */
    int inFlight();

    /** Attempts to this model that were ever made with the key. */
    long usage();

    /** Attempts to this model that were made with the key in about the last minute, older ones counting less. */
    double recentUsage();

    /**
     * What is left of the quota of the minute of the key's project for this model, of requests or of tokens, whichever is
     * less: 0 to 1, and 1 where no limit is known.
     */
    double quotaLeft();

    /**
     * The share of the key's attempts of the last minutes, over all models, that failed by its own or its project's
     * fault: 0 to 1, and 0 while there were fewer than 20.
     */
    double errorRate();

    /** The time of the key's recent attempts to this model in relation to that of all keys: 1 is average. */
    double relativeLatency();

    /** Grows with each use of any key for this model; the smallest was used the longest time ago, 0 never. */
    long lastUse();
}
