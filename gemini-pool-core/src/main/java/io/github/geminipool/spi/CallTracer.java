package io.github.geminipool.spi;

/**
 * Traces single calls. For the events of a whole pool there is {@link io.github.geminipool.event.PoolListener}.
 *
 * <p>Implementations must be thread-safe. The pool logs the first exception of a tracer, its origins or its traces, and ignores all
 * exceptions otherwise.
 */
@FunctionalInterface
public interface CallTracer {

    /** Called on the thread that makes a call, or several calls that belong together, in all forms of calls. Must not return null. */
    CallOrigin origin();
}
