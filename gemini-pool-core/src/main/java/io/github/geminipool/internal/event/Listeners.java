package io.github.geminipool.internal.event;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.KeyLeaked;
import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
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
        for (Guarded guarded : listeners) {
            try {
                guarded.listener.attemptStarted(event);
            } catch (Throwable e) {
                guarded.failed(e);
            }
        }
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        for (Guarded guarded : listeners) {
            try {
                guarded.listener.attemptEnded(event);
            } catch (Throwable e) {
                guarded.failed(e);
            }
        }
    }

    @Override
    public void callEnded(CallEnded event) {
        for (Guarded guarded : listeners) {
            try {
                guarded.listener.callEnded(event);
            } catch (Throwable e) {
                guarded.failed(e);
            }
        }
    }

    @Override
    public void modelFellBack(ModelFellBack event) {
        for (Guarded guarded : listeners) {
            try {
                guarded.listener.modelFellBack(event);
            } catch (Throwable e) {
                guarded.failed(e);
            }
        }
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        for (Guarded guarded : listeners) {
            try {
                guarded.listener.scopeExcluded(event);
            } catch (Throwable e) {
                guarded.failed(e);
            }
        }
    }

    @Override
    public void scopeRestored(ScopeRestored event) {
        for (Guarded guarded : listeners) {
            try {
                guarded.listener.scopeRestored(event);
            } catch (Throwable e) {
                guarded.failed(e);
            }
        }
    }

    @Override
    public void instanceRotated(InstanceRotated event) {
        for (Guarded guarded : listeners) {
            try {
                guarded.listener.instanceRotated(event);
            } catch (Throwable e) {
                guarded.failed(e);
            }
        }
    }

    @Override
    public void keyChanged(KeyChanged event) {
        for (Guarded guarded : listeners) {
            try {
                guarded.listener.keyChanged(event);
            } catch (Throwable e) {
                guarded.failed(e);
            }
        }
    }

    @Override
    public void keyLeaked(KeyLeaked event) {
        for (Guarded guarded : listeners) {
            try {
                guarded.listener.keyLeaked(event);
            } catch (Throwable e) {
                guarded.failed(e);
            }
        }
    }

    private record Guarded(PoolListener listener, AtomicBoolean failedBefore) {

        Guarded(PoolListener listener) {
            this(listener, new AtomicBoolean());
        }

        void failed(Throwable e) {
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
