package io.github.geminipool.internal.turn;

/** A place where calls of several callers wait: the pool of one model. A caller's calls may wait in many. Compared by identity. */
public interface WaitingPlace {

    /**
     * Lets go one call that waits here for its caller's limits, because they may admit it now. Called without a lock.
     *
     * @param background whether it is a background call
     */
    void mayGo(Caller caller, boolean background);
}
