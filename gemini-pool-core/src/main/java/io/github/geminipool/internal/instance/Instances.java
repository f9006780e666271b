package io.github.geminipool.internal.instance;

import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.internal.choice.ModelKey;
import java.util.List;
import java.util.NoSuchElementException;

/** The instances of a model pool. Guarded by the pool's lock, except where a method says otherwise. */
public final class Instances {

    private final Instance[] all;
    private final IdleInstances idle = new IdleInstances();
    private final Bindings bindings;
    private int betweenAttempts;
    /** The number of attempts that go on without an instance. */
    private int withoutInstance;

    /**
     * Creates idle instances, bound to the keys in turn.
     *
     * @param firstIndex the index of the first instance
     * @param numberLimit an exclusive upper bound of the keys' numbers
     */
    public Instances(String model, int firstIndex, int size, List<ModelKey> keys, int numberLimit) {
        this.all = new Instance[size];
        this.bindings = new Bindings(model, all);
        idle.growTo(numberLimit);
        for (int i = 0; i < size; i++) {
            all[i] = new Instance(firstIndex + i, keys.get(i % keys.size()));
            idle.add(all[i]);
        }
    }

    public int size() {
        return all.length;
    }

    /** Returns the instances by index. */
    public List<Instance> all() {
        return List.of(all);
    }

    /** Returns the number of instances in use. */
    public int inUse() {
        return all.length - idle.count();
    }

    public boolean isAnyIdle() {
        return !idle.isEmpty();
    }

    /**
     * Returns the instance to serve a key: one bound to it, else any; of either, the one idle for longest. It stays idle
     * until it is taken.
     *
     * @throws NoSuchElementException if no instance is idle
     */
    public Instance bestFor(ModelKey key) {
        return idle.bestFor(key);
    }

    /** Takes an idle instance for a probe, which leaves it bound as it is. */
    public void takeForProbe(Instance instance) {
        idle.remove(instance);
    }

    /** Takes an idle instance to serve a key, and binds it to that key if its own can't be used. */
    public void take(Instance instance, ModelKey key, long nowNanos) {
        idle.remove(instance);
        if (instance.bound != key && instance.bound.isOut(nowNanos)) {
            bindings.bind(instance, key);
        }
    }

    /** Takes an instance back. Allocates nothing. */
    public void giveBack(Instance instance) {
        idle.add(instance);
    }

    /** Takes the instance of an attempt back that goes on without one. */
    public void giveBackEarly(Instance instance) {
        withoutInstance++;
        giveBack(instance);
    }

    /** Records the end of an attempt that went on without an instance. */
    public void endedWithoutInstance() {
        withoutInstance--;
    }

    /** Returns whether no attempt is running, with an instance or without. */
    public boolean isIdle() {
        return inUse() == 0 && withoutInstance == 0;
    }

    /** Records that a call holds a thread between its attempts, until its next request is granted. */
    public void attemptsBegin() {
        betweenAttempts++;
    }

    public void attemptsEnd() {
        betweenAttempts--;
    }

    /** Returns the number of calls between two attempts. */
    public int betweenAttempts() {
        return betweenAttempts;
    }

    /**
     * Returns whether first attempts may begin: they wait while as many calls as there are instances hold a thread between attempts.
     *
     * @param held the number of those calls that their own callers' limits hold back, so that nobody has to wait for them
     */
    public boolean mayBegin(int held) {
        return betweenAttempts - held < all.length;
    }

    /** Takes over changed keys: no instance stays bound to one that was removed. */
    public void keysChanged(List<ModelKey> keys, int numberLimit, long nowNanos) {
        idle.growTo(numberLimit);
        evenOut(keys, nowNanos);
    }

    /** Spreads the instances evenly over the keys that can be used. */
    public void evenOut(List<ModelKey> keys, long nowNanos) {
        bindings.evenOut(keys, idle, nowNanos);
    }

    /** Binds the instances to the keys in turn. */
    public void bindInTurn(List<ModelKey> keys) {
        bindings.inTurn(keys, idle);
    }

    /** Returns whether there are rotations to report. May be called without the lock; the answer may then be stale. */
    public boolean hasRotated() {
        return bindings.hasRotated();
    }

    /** Returns the rotations since the last call of this method, to be reported to listeners. */
    public List<InstanceRotated> takeRotated() {
        return bindings.takeRotated();
    }
}
