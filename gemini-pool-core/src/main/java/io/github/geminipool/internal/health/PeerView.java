package io.github.geminipool.internal.health;

/** The other attempts and keys at the time of a failure; they tell whether the failure is an outage. */
public interface PeerView {

    /** Returns the number of attempts in flight. */
    int inFlight();

    /**
     * Returns the number of projects that a call may choose from now.
     *
     * @param enough the number at which to stop counting
     */
    int projects(int enough);

    /**
     * Returns the number of projects with a key that is not excluded for itself, its project or its billing account.
     *
     * @param enough the number at which to stop counting
     */
    int projectsLeft(int enough);
}
