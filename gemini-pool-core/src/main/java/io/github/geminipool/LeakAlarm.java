package io.github.geminipool;

import io.github.geminipool.event.KeyLeaked;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.wire.ErrorClassifier;

/** Publishes a {@link KeyLeaked} when a key is excluded as leaked: once, however many calls were in flight with it. */
record LeakAlarm(PoolListener receiver) implements PoolListener {

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        if (event.scope() instanceof Scope.Key key && ErrorClassifier.isLeak(event.failure())) {
            receiver.keyLeaked(new KeyLeaked(key.key(), event.failure()));
        }
    }
}
