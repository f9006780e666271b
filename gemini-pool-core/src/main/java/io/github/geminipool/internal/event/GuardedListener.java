package io.github.geminipool.internal.event;

import io.github.geminipool.event.PoolListener;

/** A listener and the guard against its failures. */
record GuardedListener(PoolListener listener, FailureGuard guard) {

    /** Returns whether the listener overrides a method that does nothing by default. */
    boolean overrides(String method, Class<?> event) {
        try {
            return listener.getClass().getMethod(method, event).getDeclaringClass() != PoolListener.class;
        } catch (NoSuchMethodException | LinkageError e) {
            // A native image may have no metadata of the class.
            return true;
        }
    }
}
