package io.github.geminipool.internal.event;

import io.github.geminipool.event.KeyLeaked;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.Scope;

/** Publishes one {@link KeyLeaked} when a key is excluded as leaked, however many calls were in flight with it. */
public record LeakAlarm(PoolListener receiver) implements PoolListener {

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        if (event.scope() instanceof Scope.Key key && event.failure().cause() == FailureCause.KEY_LEAKED) {
            receiver.keyLeaked(new KeyLeaked(key.key(), event.failure()));
        }
    }
}
