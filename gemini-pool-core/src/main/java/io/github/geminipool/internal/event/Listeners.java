package io.github.geminipool.internal.event;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.KeyLeaked;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells all listeners, and keeps what one of them throws from the others and from the call. */
public final class Listeners implements PoolListener {

    private static final Logger log = LoggerFactory.getLogger(PoolListener.class);

    private final Guarded[] listeners;

    public Listeners(List<PoolListener> listeners) {
        this.listeners = listeners.stream().map(Guarded::new).toArray(Guarded[]::new);
    }

    @Override
    public void attemptStarted(AttemptStarted event) {
        tell(listener -> listener.attemptStarted(event));
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        tell(listener -> listener.attemptEnded(event));
    }

    @Override
    public void callEnded(CallEnded event) {
        tell(listener -> listener.callEnded(event));
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        tell(listener -> listener.scopeExcluded(event));
    }

    @Override
    public void keyLeaked(KeyLeaked event) {
        tell(listener -> listener.keyLeaked(event));
    }

    private void tell(Consumer<PoolListener> notification) {
        for (Guarded listener : listeners) {
            listener.tell(notification);
        }
    }

    private record Guarded(PoolListener listener, AtomicBoolean failedBefore) {

        Guarded(PoolListener listener) {
            this(listener, new AtomicBoolean());
        }

        void tell(Consumer<PoolListener> notification) {
            try {
                notification.accept(listener);
            } catch (Throwable e) {
                if (failedBefore.compareAndSet(false, true)) {
                    log.warn(
                            "The pool's listener {} failed; the pool goes on, and further failures of this listener "
                                    + "are not logged",
                            listener.getClass().getName(),
                            e);
                }
            }
        }
    }
}
