package io.github.geminipool.internal.turn;

/** Where calls of several callers wait: the pool of one model, of which each caller may use many. Compared by identity. */
public interface WaitingPlace {

    /**
     * Lets one call of a caller go that waits here for the caller's limits, as they may admit it now. Called without a lock.
     *
     * @param background whether it is one that gives way to others
     */
    void mayGo(Caller caller, boolean background);
}
