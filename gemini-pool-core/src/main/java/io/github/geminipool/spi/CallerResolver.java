package io.github.geminipool.spi;

import org.jspecify.annotations.Nullable;

/**
 * Says for whom a call is made that names no {@link CallOptions#caller() caller} itself, such as the user of the current web request.
 *
 * <p>Implementations must be thread-safe and fast. The pool logs the first exception of a resolver and ignores the others; the call
 * then goes on without a caller.
 */
@FunctionalInterface
public interface CallerResolver {

    /**
     * Called on the thread that makes a call, once for each call, in all forms of calls except Live sessions.
     *
     * @return the caller; null or blank for nobody in particular
     */
    @Nullable
    String caller();
}
