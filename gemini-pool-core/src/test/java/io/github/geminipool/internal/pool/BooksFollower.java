package io.github.geminipool.internal.pool;

import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.Follower;
import io.github.geminipool.shared.Members;

/** A follower that keeps books only, and ignores facts and members. */
interface BooksFollower extends Follower {

    @Override
    default void published(Fact fact) {}

    @Override
    default void retracted(FactKind kind, String name) {}

    @Override
    default void membersChanged(Members members) {}
}
