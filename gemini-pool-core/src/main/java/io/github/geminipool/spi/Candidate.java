package io.github.geminipool.spi;

import io.github.geminipool.key.Project;

/**
 * A usable key, as a {@link SelectionStrategy} sees it for one model. Valid only during the call to the strategy.
 */
public interface Candidate {

    /** Returns the name of the key. */
    String keyName();

    /** Returns the project of the key. */
    Project project();

    /** Returns the number of attempts to this model that hold the key now. */
    int inFlight();

    /** Returns the number of attempts to this model ever made with the key. */
    long usage();

    /** Returns the number of attempts to this model with the key in about the last minute; older ones count less. */
    double recentUsage();

    /**
     * Returns the part that is left of the minute quota of the key's project for this model, in requests or tokens, whichever is less:
     * 0 to 1; 1 if no limit is known.
     */
    double quotaLeft();

    /**
     * Returns the share of the key's attempts in the last minutes, over all models, that failed through a fault of the key or its
     * project: 0 to 1; 0 while there are fewer attempts than {@code health.minimum-calls}.
     */
    double errorRate();

    /** Returns the duration of the key's recent attempts to this model relative to that of all keys; 1 is average. */
    double relativeLatency();

    /** Returns a number that is smaller the longer ago the key was last used for this model; 0 if never. */
    long lastUse();
}
