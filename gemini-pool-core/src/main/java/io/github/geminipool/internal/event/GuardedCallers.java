package io.github.geminipool.internal.event;

import io.github.geminipool.spi.CallerResolver;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Asks an application's resolver for callers. Exceptions of the resolver do not reach the call. Thread-safe. */
public final class GuardedCallers {

    private final CallerResolver resolver;
    private final FailureGuard guard;

    /** Guards a resolver. */
    public GuardedCallers(CallerResolver resolver) {
        this.resolver = resolver;
        this.guard = new FailureGuard(LoggerFactory.getLogger(CallerResolver.class), "caller resolver", resolver);
    }

    /** Returns for whom the calling thread makes a call; null for nobody in particular. */
    public @Nullable String caller() {
        try {
            String caller = resolver.caller();
            return caller == null || caller.isBlank() ? null : caller;
        } catch (Throwable e) {
            guard.failed(e);
            return null;
        }
    }
}
