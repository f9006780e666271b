package io.github.geminipool;

import io.github.geminipool.event.KeyLeaked;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.wire.ErrorClassifier;

/** Tells of a leaked key when it is excluded for that: once, however many calls were on their way with it. */
record LeakAlarm(PoolListener told) implements PoolListener {

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        if (event.scope() instanceof Scope.Key key && ErrorClassifier.isLeak(event.failure())) {
            told.keyLeaked(new KeyLeaked(key.key(), event.failure()));
        }
    }
}
