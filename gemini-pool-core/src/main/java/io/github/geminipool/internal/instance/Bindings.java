package io.github.geminipool.internal.instance;

import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.internal.choice.ModelKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Binds instances to keys: in turn at first, to other keys while a key is unusable, and evenly again when it returns. Guarded
 * by the model pool's lock.
 */
final class Bindings {

    private final String model;
    private final Instance[] instances;
    private List<InstanceRotated> rotated = new ArrayList<>(0);

    /** Whether there are rotations to report; a reader without the lock may see a stale value. */
    private volatile boolean hasRotated;

    Bindings(String model, Instance[] instances) {
        this.model = model;
        this.instances = instances;
    }

    /** Binds a busy instance to a key. */
    void bind(Instance instance, ModelKey key) {
        if (instance.bound != key) {
            rotated.add(new InstanceRotated(model, instance.index, instance.bound.keyName(), key.keyName()));
            hasRotated = true;
            instance.bound = key;
        }
    }

    private void rebind(Instance instance, ModelKey key, IdleInstances idle) {
        if (instance.idle) {
            idle.remove(instance);
            bind(instance, key);
            idle.add(instance);
        } else {
            bind(instance, key);
        }
    }

    /** Binds the instances to the keys in turn. */
    void inTurn(List<ModelKey> keys, IdleInstances idle) {
        for (Instance instance : instances) {
            rebind(instance, keys.get(instance.index % keys.size()), idle);
        }
    }

    /**
     * Moves instances from keys that are out, removed, or have more than their share to the keys with the fewest. If all keys
     * are out, only the instances of removed keys and those beyond a key's share move.
     */
    void evenOut(List<ModelKey> keys, IdleInstances idle, long nowNanos) {
        Map<ModelKey, Integer> counts = new HashMap<>();
        for (ModelKey key : keys) {
            if (!key.isOut(nowNanos)) {
                counts.put(key, 0);
            }
        }
        if (counts.isEmpty()) {
            keys.forEach(key -> counts.put(key, 0));
        }
        List<ModelKey> eligible = keys.stream().filter(counts::containsKey).toList();
        int share = instances.length / eligible.size();
        int largerShares = instances.length % eligible.size();
        List<Instance> toMove = new ArrayList<>(0);
        for (Instance instance : instances) {
            @Nullable Integer count = counts.get(instance.bound);
            if (count != null && (count < share || (count == share && largerShares > 0))) {
                largerShares -= count == share ? 1 : 0;
                counts.put(instance.bound, count + 1);
            } else {
                toMove.add(instance);
            }
        }
        int from = 0;
        for (Instance instance : toMove) {
            // Counts only grow, and a key with its share keeps it: two passes over the keys are enough.
            while (count(counts, eligible, from) > from / eligible.size()) {
                from++;
            }
            rebind(instance, eligible.get(from % eligible.size()), idle);
            counts.merge(instance.bound, 1, Integer::sum);
        }
    }

    private static int count(Map<ModelKey, Integer> counts, List<ModelKey> eligible, int from) {
        return counts.getOrDefault(eligible.get(from % eligible.size()), 0);
    }

    boolean hasRotated() {
        return hasRotated;
    }

    /** Returns the rotations since the last call of this method, to be reported to listeners. */
    List<InstanceRotated> takeRotated() {
        if (!hasRotated) {
            return List.of();
        }
        List<InstanceRotated> taken = rotated;
        rotated = new ArrayList<>(0);
        hasRotated = false;
        return taken;
    }
}
