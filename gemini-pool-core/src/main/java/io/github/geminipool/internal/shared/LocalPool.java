package io.github.geminipool.internal.shared;

import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.PoolStats;
import org.jspecify.annotations.Nullable;

/** What other replicas make this one's pool do. Thread-safe; no method blocks. */
public interface LocalPool {

    /** Tells the listeners that a scope is excluded, since it is at another replica. */
    void excluded(ScopeExcluded event);

    /** Tells the listeners that a scope is used again, since it is at another replica. */
    void restored(ScopeRestored event);

    /** Returns the statistics of this replica. */
    PoolStats stats();

    /** Returns the statistics of this replica's keys. */
    KeyStats keyStats();

    /** Reports what this replica has sent, since the books of a bucket were lost. */
    void booksLost(QuotaBucket bucket);

    /** Finds out whether any books were lost. */
    void verifyBooks();

    /** Looks again at the waiting requests, after a change of a scope that models share. */
    void lookAgain();

    /** Makes the pool of a model heed an exclusion of a project for one use of it. */
    void heed(Scope.ProjectModel scope);

    /** Disables a key, as an operator of another replica did. */
    void disable(String key, String reason);

    /** Enables a key, as an operator of another replica did. */
    void enable(String key, String reason);

    /** Resets the pool of a model, or all of them if it is null, as an operator of another replica did. */
    void reset(@Nullable String model);

    /** The name of a model turned out to stand for another model than was known. */
    void aliasChanged(String name);

    /** Takes over the owner of a resource; its project is null if the resource no longer exists. */
    void adoptOwner(String resource, @Nullable String project);
}
