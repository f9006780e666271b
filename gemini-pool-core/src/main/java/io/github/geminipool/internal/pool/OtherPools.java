package io.github.geminipool.internal.pool;

/** The other model pools, to which a shared key, project or billing account matters too. */
@FunctionalInterface
interface OtherPools {

    /** Has all model pools look at their waiting requests: what they share has changed. */
    void lookAgain();
}
