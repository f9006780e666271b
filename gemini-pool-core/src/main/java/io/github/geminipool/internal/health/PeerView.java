package io.github.geminipool.internal.health;

/** The other attempts at the time of a failure, by which to tell whether everybody fails. */
public interface PeerView {

    /** How many attempts are in flight. */
    int inFlight();

    /**
     * Among how many projects a call may choose now.
     *
     * @param enough where to stop counting
     */
    int projects(int enough);

    /**
     * Of how many projects there are keys that nothing excludes but what excludes everybody.
     *
     * @param enough where to stop counting
     */
    int projectsLeft(int enough);
}
