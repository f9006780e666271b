package io.github.geminipool.spi;

import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.Follower;
import io.github.geminipool.shared.Members;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.Slots;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where the replicas of an application keep what they share: the books of their quotas, and facts such as exclusions. Everything is by
 * the store's clock; those of the replicas may differ.
 *
 * <p>Implementations must be thread-safe, and no method may block. Stages complete on any thread, also on the caller's before the
 * method returns. A store that can't be reached fails them: a pool then goes on with its part of the quotas, and asks again a second
 * later. A store must not send an order later than it was asked to, for instance after a connection is back: it fails the order
 * instead.
 */
public interface SharedStore extends AutoCloseable {

    /**
     * Returns the namespace: replicas of one namespace share with each other, and with no others. Fingerprints of keys depend on it.
     */
    String namespace();

    /** Returns the name of this replica, which no other one has; the same one until the store is closed. */
    String replica();

    /** Returns how long a pool waits for an answer before it goes on alone; more than zero. The same one until the store is closed. */
    Duration timeout();

    /**
     * Returns the replicas as last heard of; this one only as long as nothing was heard. A look at a field: called while a lock is
     * held.
     */
    Members members();

    /**
     * Returns since when the store has not served this replica, which goes on alone; null if it does, or if the store does not know. A
     * look at a field.
     */
    default @Nullable Instant aloneSince() {
        return null;
    }

    /**
     * Applies the changes of an order to the books of its bucket and reserves the wanted slots, all in one step that no other order
     * interrupts.
     *
     * <p>The pool gives up on an answer after {@link #timeout()}. It is of use later, too: the pool then gives back the slots of it.
     *
     * @return completes with the answer, however late; fails with an {@link io.github.geminipool.shared.AnswerLostException} if the
     *     order may have been applied although no answer will come, or with any other exception if it was not applied
     */
    CompletionStage<Slots> reserve(SlotOrder order);

    /** Tells a fact to all replicas, this one included. If the store can't be reached, nobody else is told. */
    void publish(Fact fact);

    /** Ends a fact of all replicas before its time. No effect if there is none. */
    void retract(FactKind kind, String name);

    /**
     * Reads the facts of a kind, for those that nobody {@linkplain FactKind#isFollowed follows}.
     *
     * @return completes with the facts that hold now, each with the time for which it still does; fails if the store can't be reached
     */
    CompletionStage<List<Fact>> read(FactKind kind);

    /**
     * Tells a follower what the replicas say: all facts and the members as soon as they are known, then each change.
     *
     * @return ends that
     */
    Following follow(Follower follower);

    /** Ends what {@link #follow} began. */
    @FunctionalInterface
    interface Following extends AutoCloseable {

        /** Tells the follower nothing more, apart from what is being told. */
        @Override
        void close();
    }

    /**
     * Leaves the members and releases all resources; what is asked from then on fails. Who made the store closes it, after the pools
     * that use it.
     */
    @Override
    void close();
}
