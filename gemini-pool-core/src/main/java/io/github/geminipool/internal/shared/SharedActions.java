package io.github.geminipool.internal.shared;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.spi.SharedStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes an operator's actions apply to all replicas: disabling or enabling a key, and resetting what was learned. Thread-safe.
 *
 * <p>A replica that starts later respects that a key is disabled. That a key is enabled concerns only replicas that knew it as
 * disabled.
 */
final class SharedActions implements FactReader {

    private static final String DISABLED = "disabled";
    private static final String ENABLED = "enabled";
    private static final String RESET = "reset/";

    /** How long a disabled key stays so, unless it is enabled. */
    private static final Duration LASTING = Duration.ofDays(365);

    /** How long a replica may be cut off without missing that something ended. */
    private static final Duration KNOWN = Duration.ofDays(7);

    private final SharedStore store;
    private final SharedNames names;
    private final LocalPool pool;
    private final Consumer<Predicate<Scope>> forgetting;
    private final ReentrantLock lock = new ReentrantLock();

    /** The latest action by its name: the key's fingerprint, or what was reset; guarded by the lock. */
    private final Map<String, Action> latest = new HashMap<>();

    /** The fingerprints of the keys that are disabled here because of a fact; guarded by the lock. */
    private final Set<String> applied = new HashSet<>();

    /** What this replica has published and not heard of since, by its name; guarded by the lock. */
    private final Map<String, Own> unconfirmed = new HashMap<>();

    private boolean hasBegun;
    private long number;

    /**
     * An action.
     *
     * @param value what was done, and a number, since the same may be done again
     */
    private record Action(String value, String by) {

        String word() {
            int space = value.indexOf(' ');
            return space < 0 ? value : value.substring(0, space);
        }
    }

    /** An action of this replica, and how long it lasts. */
    private record Own(Action action, Duration lasts) {}

    /**
     * Creates the actions, of which none is known yet.
     *
     * @param forgetting forgets what is known of the exclusions of some scopes
     */
    SharedActions(SharedStore store, SharedNames names, LocalPool pool, Consumer<Predicate<Scope>> forgetting) {
        this.forgetting = forgetting;
        this.store = store;
        this.names = names;
        this.pool = pool;
    }

    /** Publishes that an operator has disabled a key. */
    void disabled(KeyHealth key) {
        tellOfKey(key, DISABLED, LASTING);
    }

    /** Reports that an operator has enabled a key. */
    void enabled(KeyHealth key) {
        tellOfKey(key, ENABLED, KNOWN);
    }

    private void tellOfKey(KeyHealth key, String word, Duration lasts) {
        String fingerprint = names.fingerprintOf(key.name());
        if (fingerprint != null) {
            tell(fingerprint, word, lasts);
        }
    }

    /** Publishes that an operator has reset the pool of a model, or all of them if it is null. */
    void reset(@Nullable String model) {
        tell(RESET + (model == null ? "" : model), "reset", KNOWN);
    }

    private void tell(String name, String word, Duration lasts) {
        Action action;
        lock.lock();
        try {
            action = new Action(word + " " + store.replica() + " " + ++number, store.replica());
            latest.put(name, action);
            unconfirmed.put(name, new Own(action, lasts));
            applied.add(name);
        } finally {
            lock.unlock();
        }
        publish(name, action, lasts);
    }

    private void publish(String name, Action action, Duration lasts) {
        store.publish(
                new Fact(FactKind.OPERATOR, name, action.value(), store.replica(), lasts, Fact.Precedence.LATEST));
    }

    @Override
    public void all(List<Fact> facts) {
        boolean isFirst;
        Map<String, Action> before;
        Map<String, Own> untold;
        lock.lock();
        try {
            isFirst = !hasBegun;
            hasBegun = true;
            before = Map.copyOf(latest);
            facts.forEach(this::confirm);
            untold = Map.copyOf(unconfirmed);
        } finally {
            lock.unlock();
        }
        for (Fact fact : facts) {
            Action action = new Action(fact.value(), fact.by());
            if (untold.containsKey(fact.name())) {
                // It precedes this replica's own action, which the store does not know yet.
                continue;
            }
            boolean isNews = isNews(fact.name(), action);
            if (isNews && (!isFirst || action.word().equals(DISABLED))) {
                apply(fact.name(), action);
            }
        }
        Set<String> present = facts.stream().map(Fact::name).collect(Collectors.toSet());
        untold.forEach((name, own) -> publish(name, own.action(), own.lasts()));
        before.forEach((name, action) -> {
            boolean isOwn = action.by().equals(store.replica()) && !untold.containsKey(name);
            if (isOwn && action.word().equals(DISABLED) && !present.contains(name)) {
                // The store was not reached then, or has lost it.
                publish(name, action, LASTING);
            }
        });
    }

    @Override
    public void published(Fact fact) {
        Action action = new Action(fact.value(), fact.by());
        lock.lock();
        try {
            confirm(fact);
            if (unconfirmed.containsKey(fact.name())) {
                // This one reached the store first.
                return;
            }
        } finally {
            lock.unlock();
        }
        if (isNews(fact.name(), action)) {
            apply(fact.name(), action);
        }
    }

    private void confirm(Fact fact) {
        Own own = unconfirmed.get(fact.name());
        if (own != null && own.action().equals(new Action(fact.value(), fact.by()))) {
            unconfirmed.remove(fact.name());
        }
    }

    @Override
    public void retracted(String name) {
        // Enabling a key is published explicitly.
    }

    private boolean isNews(String name, Action action) {
        lock.lock();
        try {
            Action before = latest.put(name, action);
            return !action.by().equals(store.replica()) && !action.equals(before);
        } finally {
            lock.unlock();
        }
    }

    private void apply(String name, Action action) {
        if (name.startsWith(RESET)) {
            String model = name.substring(RESET.length());
            String of = model.isEmpty() ? null : model;
            forgetting.accept(scopesOf(of));
            pool.reset(of);
            return;
        }
        KeyHealth key = names.keyOf(name);
        if (key == null) {
            return;
        }
        String reason = "by an operator at replica " + action.by();
        if (action.word().equals(DISABLED)) {
            setApplied(name);
            pool.disable(key.name(), reason);
        } else if (action.word().equals(ENABLED)) {
            forgetting.accept(scopesOf(key));
            pool.enable(key.name(), reason);
        }
    }

    /** Returns the scopes that are no longer excluded once a key is enabled. */
    static Predicate<Scope> scopesOf(KeyHealth key) {
        Set<Scope> all = Set.of(
                new Scope.Key(key.name()),
                new Scope.Project(key.project().name()),
                new Scope.BillingAccount(key.project().billingAccount()));
        return all::contains;
    }

    /** Returns the scopes that are no longer excluded once a model's pool is reset, or all of them if it is null. */
    static Predicate<Scope> scopesOf(@Nullable String model) {
        return scope -> model == null
                || (scope instanceof Scope.ProjectModel ofModel
                        && ofModel.model().equals(model));
    }

    private boolean setApplied(String name) {
        lock.lock();
        try {
            return applied.add(name);
        } finally {
            lock.unlock();
        }
    }

    /** Disables the new keys that an operator has disabled elsewhere. */
    void keysChanged() {
        Map<String, Action> actions;
        lock.lock();
        try {
            applied.retainAll(names.keys().keySet());
            actions = Map.copyOf(latest);
        } finally {
            lock.unlock();
        }
        actions.forEach((name, action) -> {
            if (action.word().equals(DISABLED) && names.keyOf(name) != null && setApplied(name)) {
                apply(name, action);
            }
        });
    }
}
