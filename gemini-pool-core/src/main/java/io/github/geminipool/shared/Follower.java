package io.github.geminipool.shared;

import java.util.List;

/**
 * Is told what the other replicas say. A store calls one follower from one thread at a time, which may be any thread that holds no
 * lock, and goes on if it throws. Implementations must not block.
 */
public interface Follower {

    /**
     * All facts of the {@linkplain FactKind#isFollowed followed} kinds that hold now: at first, and whenever some may have been missed.
     * Each says how long it still holds. What is not among them no longer holds.
     */
    void all(List<Fact> facts);

    /** A fact was published, perhaps by this replica itself. It says how long it still holds. */
    void published(Fact fact);

    /** A fact was retracted before its end. Of facts that end in time, nobody is told. */
    void retracted(FactKind kind, String name);

    /** The books of a bucket were lost. What this replica has sent in the last minute is to be reported at once, with an order. */
    void lost(QuotaBucket bucket);

    /** Replicas have come or gone. */
    void membersChanged(Members members);
}
