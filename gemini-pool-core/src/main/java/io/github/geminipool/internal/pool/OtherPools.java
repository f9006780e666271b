package io.github.geminipool.internal.pool;

/** The other model pools, which share keys, projects and billing accounts. */
@FunctionalInterface
interface OtherPools {

    /** Makes all model pools look at their waiting requests again, because something that they share has changed. */
    void lookAgain();
}
