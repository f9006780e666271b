package io.github.geminipool.spi;

import org.jspecify.annotations.Nullable;

/**
 * The options that {@link io.github.geminipool.GeminiPool#within within} has set for the calls of a thread, of whichever pools. For
 * libraries that carry context from one thread to another; with Micrometer's context propagation on the class path, the Spring Boot
 * starter does so.
 *
 * <p>Immutable. Only pools create scopes.
 */
public abstract class CallScope {

    private static final ThreadLocal<@Nullable CallScope> CURRENT = new ThreadLocal<>();

    /** Creates a scope. */
    protected CallScope() {}

    /** Returns the scope of the calling thread; null if it is in none. */
    public static @Nullable CallScope current() {
        return CURRENT.get();
    }

    /** Sets the scope of the calling thread; null for none. Whoever sets a scope must restore the earlier one. */
    public static void set(@Nullable CallScope scope) {
        if (scope == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(scope);
        }
    }
}
