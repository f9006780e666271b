package io.github.geminipool.internal.shared;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.spi.SharedStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Knows the models behind aliases such as {@code gemini-flash-latest}, which a replica learns when Gemini refuses a request because
 * of a quota: alias and model share one quota. Thread-safe.
 */
final class SharedAliases implements FactReader {

    /** How long an alias is believed: Google lets it stand for newer models from time to time. */
    private static final Duration LASTS = Duration.ofDays(7);

    private final SharedStore store;
    private final PoolClock clock;
    private final LocalPool pool;
    private final ReentrantLock lock = new ReentrantLock();

    /** By alias; guarded by the lock. */
    private final Map<String, Alias> aliases = new HashMap<>();

    private record Alias(String model, long untilNanos) {}

    SharedAliases(SharedStore store, PoolClock clock, LocalPool pool) {
        this.store = store;
        this.clock = clock;
        this.pool = pool;
    }

    /** Returns the model behind an alias; the name itself if it is none, as far as is known. */
    String modelBehind(String name) {
        lock.lock();
        try {
            Alias alias = aliases.get(name);
            return alias == null || alias.untilNanos() <= clock.nanos() ? name : alias.model();
        } finally {
            lock.unlock();
        }
    }

    /** Publishes which model Gemini named when it refused a request. */
    void learned(String name, String model) {
        if (!name.equals(model) && put(name, model, LASTS, LASTS.dividedBy(2))) {
            store.publish(new Fact(FactKind.ALIAS, name, model, store.replica(), LASTS, Fact.Precedence.LATEST));
            // One project's refusal has told it; the books of all its projects change their name, as those of other
            // replicas do.
            pool.aliasChanged(name);
        }
    }

    /**
     * Records an alias.
     *
     * @param enough for how long it must already be known for this not to be news
     * @return whether it is news, and kept
     */
    private boolean put(String name, String model, Duration lasts, Duration enough) {
        long now = clock.nanos();
        lock.lock();
        try {
            @Nullable Alias before = aliases.get(name);
            if (before != null && before.model().equals(model) && before.untilNanos() > PoolClock.plus(now, enough)) {
                return false;
            }
            if (before == null && aliases.size() >= FactKind.ALIAS.most()) {
                aliases.values().removeIf(alias -> alias.untilNanos() <= now);
                if (aliases.size() >= FactKind.ALIAS.most()) {
                    return false;
                }
            }
            aliases.put(name, new Alias(model, PoolClock.plus(now, lasts)));
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void all(List<Fact> facts) {
        facts.forEach(this::published);
    }

    @Override
    public void published(Fact fact) {
        boolean isNews = !modelBehind(fact.name()).equals(fact.value());
        boolean isKept = put(fact.name(), fact.value(), fact.lasts(), fact.lasts());
        if (isNews && isKept && !fact.by().equals(store.replica())) {
            pool.aliasChanged(fact.name());
        }
    }

    @Override
    public void retracted(String name) {
        // Nobody retracts an alias.
    }
}
