package io.github.geminipool.internal.stats;

import io.github.geminipool.event.KeyChanged;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.event.ScopeRestored;
import io.github.geminipool.failure.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records since when each key has been in its present state. Bounded by the numbers of keys, projects and billing
 * accounts. Thread-safe.
 */
public final class KeyTimes implements PoolListener {

    private final Supplier<Instant> now;
    private final Instant began;
    private final Map<String, Instant> changed = new ConcurrentHashMap<>();
    private final Map<Scope, Instant> excluded = new ConcurrentHashMap<>();
    private final Map<Scope, Instant> restored = new ConcurrentHashMap<>();

    public KeyTimes(Supplier<Instant> now) {
        this.now = now;
        this.began = now.get();
    }

    @Override
    public void keyChanged(KeyChanged event) {
        if (event.change() == KeyChanged.Change.REMOVED) {
            Scope own = new Scope.Key(event.key());
            changed.remove(event.key());
            excluded.remove(own);
            restored.remove(own);
        } else {
            changed.put(event.key(), now.get());
        }
        if (event.change() == KeyChanged.Change.ENABLED) {
            excluded.remove(new Scope.Key(event.key()));
        }
    }

    @Override
    public void scopeExcluded(ScopeExcluded event) {
        if (concernsKeys(event.scope())) {
            excluded.putIfAbsent(event.scope(), now.get());
        }
    }

    @Override
    public void scopeRestored(ScopeRestored event) {
        if (concernsKeys(event.scope())) {
            excluded.remove(event.scope());
            restored.put(event.scope(), now.get());
        }
    }

    private static boolean concernsKeys(Scope scope) {
        return scope instanceof Scope.Key || scope instanceof Scope.Project || scope instanceof Scope.BillingAccount;
    }

    /**
     * Returns since when a key has been in its present state.
     *
     * @param excludedBy the scope of the failure that excludes the key; null if none does
     */
    public Instant since(@Nullable Scope excludedBy, String key, String project, String billingAccount) {
        Instant out = excludedBy == null ? null : excluded.get(excludedBy);
        if (out != null) {
            return out;
        }
        Instant since = changed.getOrDefault(key, began);
        List<Scope> scopes =
                List.of(new Scope.Key(key), new Scope.Project(project), new Scope.BillingAccount(billingAccount));
        for (Scope scope : scopes) {
            Instant back = restored.get(scope);
            since = back != null && back.isAfter(since) ? back : since;
        }
        return since;
    }
}
