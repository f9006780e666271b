package io.github.geminipool.internal.call;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.wire.ExceededQuota;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys that one call accepts: fewer with each rejection. Belongs to the call's thread. */
public final class AcceptedKeys {

    private KeyFilter filter;

    /** The keys that only the next attempt accepts; null if it accepts the same as all. */
    private @Nullable KeyFilter nextOnly;

    /** The keys that have not failed the call; null if none has. */
    private @Nullable KeyFilter elsewhere;

    private boolean boundToOwner;

    public AcceptedKeys(KeyFilter filter) {
        this.filter = filter;
    }

    /** Returns the keys that all further attempts accept. */
    public KeyFilter filter() {
        return filter;
    }

    /** Takes the keys that the next attempt accepts: those preferred for it, if one of them is usable now. */
    public KeyFilter takeNext(ModelPool pool) {
        KeyFilter next = nextOnly;
        nextOnly = null;
        return next != null && pool.isUsable(next) ? next : filter;
    }

    /** Takes the keys of one project that the next attempt is to ask. */
    public KeyFilter takeAsked() {
        KeyFilter asked = nextOnly;
        nextOnly = null;
        return asked != null ? asked : filter;
    }

    /** Makes only the next attempt accept certain keys. */
    public void nextOnly(@Nullable KeyFilter keys) {
        nextOnly = keys;
    }

    /** Makes further attempts avoid the scope of a failure, but not for a quota, which may return during a wait. */
    public void avoid(Failure failure) {
        if (failure.kind().isCuredByAnotherKey() && failure.kind() != FailureKind.RATE_LIMITED) {
            filter = filter.avoiding(failure.scope());
            elsewhere = elsewhere == null ? null : elsewhere.avoiding(failure.scope());
        }
    }

    /**
     * Records a failure that does not show what is at fault: retries prefer other projects. If there are none, they
     * prefer another key after a network failure; Gemini's own failures concern a project as a whole.
     */
    public void failed(Failure failure, Lease lease, ModelPool pool) {
        KeyFilter before = elsewhere == null ? filter : elsewhere;
        KeyFilter others = before.avoiding(new Scope.ProjectModel(lease.project(), lease.model()));
        if (pool.hasKeyFor(others)) {
            elsewhere = others;
        } else if (failure.kind() == FailureKind.NETWORK) {
            elsewhere = before.avoiding(new Scope.Key(lease.keyName()));
        }
    }

    /** Returns whether a key that has not failed the call is usable now. */
    public boolean isElsewhereUsable(ModelPool pool) {
        return elsewhere != null && pool.isUsable(elsewhere);
    }

    /** Makes the next attempt prefer keys that have not failed the call. */
    public void preferElsewhere() {
        nextOnly = elsewhere;
    }

    /**
     * Restricts a request that was refused for its size to the projects known to admit it; no effect if it was refused for
     * another reason.
     *
     * @param demand what it counts as
     * @return false if no project is known to admit it
     */
    public boolean restrictToSize(ModelPool pool, List<ExceededQuota> exceeded, Demand demand) {
        KeyFilter further = pool.afterRefusalForSize(exceeded, demand, filter);
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
    public boolean bindTo(String owner, ModelPool pool) {
        KeyFilter bound = new KeyFilter(filter.choice(), owner, filter.avoided());
        if (boundToOwner || !pool.hasKeyFor(bound)) {
            return false;
        }
        boundToOwner = true;
        filter = bound;
        return true;
    }

    public boolean isBoundToOwner() {
        return boundToOwner;
    }

    /** Forgets the rejections that concern the model that the call leaves. */
    public void changeModel() {
        filter = filter.forAnotherModel();
        elsewhere = null;
        nextOnly = null;
    }
}
