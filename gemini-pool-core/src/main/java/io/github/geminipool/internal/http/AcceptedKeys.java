package io.github.geminipool.internal.http;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.wire.ExceededQuota;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys that one call accepts: fewer with each rejection. Belongs to the call's thread. */
final class AcceptedKeys {

    private KeyFilter filter;

    /** The keys that only the next attempt accepts; null if it accepts the same as all. */
    private @Nullable KeyFilter nextOnly;

    private boolean boundToOwner;

    AcceptedKeys(KeyFilter filter) {
        this.filter = filter;
    }

    /** Returns the keys that all further attempts accept. */
    KeyFilter filter() {
        return filter;
    }

    /** Takes the keys that the next attempt accepts. */
    KeyFilter takeNext() {
        KeyFilter next = nextOnly;
        nextOnly = null;
        return next != null ? next : filter;
    }

    /** Makes further attempts avoid the scope of a failure, but not for a quota, which may return during a wait. */
    void avoid(Failure failure) {
        if (failure.kind().isCuredByAnotherKey() && failure.kind() != FailureKind.RATE_LIMITED) {
            filter = filter.avoiding(failure.scope());
        }
    }

    /** Returns the keys that the call accepts, without those of the project of a lease. */
    KeyFilter elsewhere(Lease lease) {
        return filter.avoiding(new Scope.ProjectModel(lease.project(), lease.model()));
    }

    /** Makes only the next attempt avoid the project of a lease. */
    void nextElsewhere(Lease lease) {
        nextOnly = elsewhere(lease);
    }

    /**
     * Restricts a request that was refused for its size to the projects known to admit it; no effect if it was refused for
     * another reason.
     *
     * @param tokens the tokens of its prompt, estimated from its size
     * @return false if no project is known to admit it
     */
    boolean restrictToSize(ModelPool pool, List<ExceededQuota> exceeded, long tokens) {
        KeyFilter further = pool.afterRefusalForSize(exceeded, tokens, filter);
        if (further == null) {
            return true;
        }
        filter = further;
        return pool.hasKeyFor(further);
    }

    /**
     * Binds the call to the project that owns the resource that it names, unless it is bound already.
     *
     * @return whether this bound the call
     */
    boolean bindTo(String owner, ModelPool pool) {
        KeyFilter bound = new KeyFilter(filter.choice(), owner, filter.avoided());
        if (boundToOwner || !pool.hasKeyFor(bound)) {
            return false;
        }
        boundToOwner = true;
        filter = bound;
        return true;
    }

    boolean isBoundToOwner() {
        return boundToOwner;
    }

    /** Forgets the rejections that concern the model that the call leaves. */
    void changeModel() {
        filter = filter.forAnotherModel();
    }
}
