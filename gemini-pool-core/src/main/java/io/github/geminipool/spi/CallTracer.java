package io.github.geminipool.spi;

/**
 * Follows single calls, as a trace does. For what happens in a pool as a whole there is
 * {@link io.github.geminipool.event.PoolListener}.
 *
 * <p>Thread-safe. What it, or what it returns, throws is logged once and otherwise ignored.
 */
@FunctionalInterface
public interface CallTracer {

    /** Somebody makes a call, or several that belong together; asked on the thread that makes it, in every form. */
    CallOrigin origin();
}
