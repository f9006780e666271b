package io.github.geminipool.internal.pool;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.ModelKey;
import io.github.geminipool.internal.choice.ModelKeys;
import io.github.geminipool.internal.choice.Witness;
import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.SteadyLock;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallFacts;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers questions about the keys of one model, each under the model pool's lock. Thread-safe. */
abstract class KeyQuestions {

    final String model;
    final PoolClock clock;
    final ModelKeys keys;
    final SteadyLock lock = new SteadyLock();

    KeyQuestions(String model, ModelKeys keys, PoolClock clock) {
        this.model = model;
        this.keys = keys;
        this.clock = clock;
    }

    final <T extends @Nullable Object> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    public int projects(int limit) {
        return locked(() -> keys.projects(limit, clock.nanos()));
    }

    public int projectsLeft(int limit) {
        return locked(() -> keys.projectsLeft(limit, clock.nanos()));
    }

    /** Returns whether the model has ever answered. */
    boolean hasAnswered() {
        return keys.hasAnswered();
    }

    /** Returns whether several models share the pool. */
    public boolean isShared() {
        return model.equals(ModelPools.OTHER_MODELS);
    }

    /** Returns whether keys may differ in a use, so that the filters of its requests must name it. */
    public boolean mayDifferIn(Use use) {
        return keys.mayDifferIn(use);
    }

    /** Returns a filter without the preference for a project if that project fails while others answer. */
    public KeyFilter withoutPassedOver(KeyFilter filter) {
        String preferred = filter.choice().preferredProject();
        return preferred != null && locked(() -> keys.isPassedOver(preferred, filter, clock.nanos()))
                ? filter.withoutPreference()
                : filter;
    }

    /**
     * Returns the key to ask after others have failed: a usable one, preferably of another billing account if that may matter, then
     * the one that answered most recently, then one of the lowest tier.
     *
     * @param filter accepts the keys that may be asked
     * @param otherAccount a billing account to avoid; null if it does not matter
     * @return null if no accepted key is usable
     */
    public @Nullable Witness witness(KeyFilter filter, Use use, @Nullable String otherAccount) {
        return locked(() -> keys.witness(filter, use, otherAccount, clock.nanos()));
    }

    /** Returns the name of the model that a call uses: the pool's, unless several models share it. */
    public String nameFor(CallFacts facts) {
        return isShared() ? facts.model() : model;
    }

    /** Returns whether a token limit is known, so that the tokens of prompts must be estimated. */
    public boolean countsTokens() {
        return keys.quotas().countsTokens();
    }

    /** Returns whether no key may be used for the model because it is overloaded. */
    public boolean isOverloaded() {
        return keys.overload(clock.nanos()) != null;
    }

    /** Returns when a key that a filter accepts becomes available: now, later, or {@code PoolClock.NEVER}. */
    public long nextUsable(KeyFilter filter) {
        return locked(() -> keys.nextUsable(filter, 0, clock.nanos()));
    }

    /** Returns whether a key that a filter accepts is available now. */
    public boolean isUsable(KeyFilter filter) {
        return locked(() -> keys.look(filter, 0, clock.nanos()) instanceof ModelKey);
    }

    /** Returns whether there is a key that a filter accepts, available or not. */
    public boolean hasKeyFor(KeyFilter filter) {
        return locked(() -> keys.hasKeyFor(filter));
    }

    /**
     * Returns the filter for further attempts of a request that was refused for its own size rather than for earlier requests: it
     * accepts only the projects known to admit it.
     *
     * @param exceeded the quotas for which it was refused
     * @param demand what it counts as
     * @return null if it was refused for another reason
     */
    public @Nullable KeyFilter afterRefusalForSize(List<ExceededQuota> exceeded, Demand demand, KeyFilter filter) {
        return locked(() -> {
            if (!keys.quotas().isTooLargeFor(exceeded, demand)) {
                return null;
            }
            KeyFilter further = filter;
            for (Scope scope : keys.quotas().notKnownToAdmit(demand, exceeded, model)) {
                further = further.avoiding(scope);
            }
            return further;
        });
    }

    /** Returns the largest known limits among the keys that a filter accepts; 0 where none is known. */
    public Demand largestLimits(KeyFilter filter) {
        return locked(() -> keys.quotas().largestLimits(filter));
    }

    /** Returns why keys that a filter accepts can't be used now, by key name, up to a number of keys; usable keys are absent. */
    public Map<String, Exclusion> exclusions(KeyFilter filter, int limit) {
        return locked(() -> keys.exclusions(filter, limit, clock.nanos()));
    }

    /** Returns whether a key is one of the pool's, in constant time. */
    public boolean has(KeyHealth key) {
        return locked(() -> keys.has(key));
    }

    /** Returns why a key can't be used now; null if it can, or is not one of the pool's. */
    public @Nullable Exclusion exclusionOf(KeyHealth key) {
        return locked(() -> keys.exclusionOf(key, clock.nanos()));
    }

    /** Returns whether the calling thread holds the lock; tests use it to show that listeners are never called under it. */
    public boolean isLockHeld() {
        return lock.isHeldByCurrentThread();
    }
}
