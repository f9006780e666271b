package io.github.geminipool.autoconfigure.propagation;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.spi.CallScope;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Lets Micrometer's context propagation carry the options set by {@link GeminiPool#within within} to other threads, such as those
 * on which Spring AI's streams run. Found by {@link java.util.ServiceLoader}.
 */
public final class CallScopeAccessor implements ThreadLocalAccessor<CallScope> {

    /** The key of the options in contexts. */
    public static final String KEY = "io.github.geminipool.scope";

    /** Creates an accessor; called by {@link java.util.ServiceLoader}. */
    public CallScopeAccessor() {}

    @Override
    public Object key() {
        return KEY;
    }

    @Override
    public @Nullable CallScope getValue() {
        return CallScope.current();
    }

    @Override
    public void setValue(CallScope value) {
        CallScope.set(value);
    }

    @Override
    public void setValue() {
        CallScope.set(null);
    }
}
