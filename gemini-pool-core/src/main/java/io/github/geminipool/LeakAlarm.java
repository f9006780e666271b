package io.github.geminipool;

import io.github.geminipool.event.KeyLeaked;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.Scope;

/** Reports a leaked key when it is excluded for that: once, however many calls were running with it. */
record LeakAlarm(PoolListener told) implements PoolListener {

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        if (event.scope() instanceof Scope.Key key && event.failure().cause() == FailureCause.KEY_LEAKED) {
            told.keyLeaked(new KeyLeaked(key.key(), event.failure()));
        }
    }
}
