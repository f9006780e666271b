package io.github.geminipool.internal.call;

import io.github.geminipool.internal.event.GuardedCallers;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallScope;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * What a call has in the way of options beside its own: those of the block of code that makes it, those of the client that it goes
 * through, and its caller as the application knows it, in this order. Thread-safe.
 */
final class CallSurroundings {

    private final @Nullable GuardedCallers callers;

    /** Whether any block of code has had options; until then no thread has a scope of this pool. */
    private volatile boolean hasScopes;

    /**
     * Creates the surroundings of a pool's calls.
     *
     * @param callers resolves the callers of calls that name none; null if nothing does
     */
    CallSurroundings(@Nullable GuardedCallers callers) {
        this.callers = callers;
    }

    /** Returns the options of a call that the calling thread makes through the facade. */
    CallOptions complete(CallOptions own) {
        return withCaller(hasScopes ? own.orElse(scoped()) : own);
    }

    /** Returns the options of a call that the calling thread makes through a client. */
    CallOptions of(Call call) {
        CallOptions bound = BoundOptions.of(call);
        return withCaller(hasScopes ? scoped().orElse(bound) : bound);
    }

    private CallOptions withCaller(CallOptions options) {
        if (callers == null || options.caller() != null) {
            return options;
        }
        String caller = callers.caller();
        return caller == null ? options : options.withCaller(caller);
    }

    private CallOptions scoped() {
        return Scope.optionsOf(this, CallScope.current());
    }

    /**
     * Sets options for the calls of the calling thread, in addition to those that it has.
     *
     * @return the scope to be restored afterwards; null for none
     */
    @Nullable
    CallScope enter(CallOptions options) {
        CallScope outer = CallScope.current();
        hasScopes = true;
        CallScope.set(new Scope(this, options.orElse(Scope.optionsOf(this, outer)), outer));
        return outer;
    }

    /** A block of code within which calls of one pool have options. */
    private static final class Scope extends CallScope {

        private final CallSurroundings pool;
        private final CallOptions options;

        /** The scope around this one, which may be that of another pool; null if there is none. */
        private final @Nullable CallScope outer;

        Scope(CallSurroundings pool, CallOptions options, @Nullable CallScope outer) {
            this.pool = pool;
            this.options = options;
            this.outer = outer;
        }

        static CallOptions optionsOf(CallSurroundings pool, @Nullable CallScope innermost) {
            CallScope next = innermost;
            while (next instanceof Scope scope) {
                if (scope.pool == pool) {
                    return scope.options;
                }
                next = scope.outer;
            }
            return CallOptions.NONE;
        }

        /** Shows that there are options, and none of them: callers' names are their users'. */
        @Override
        public String toString() {
            return "CallScope";
        }
    }
}
