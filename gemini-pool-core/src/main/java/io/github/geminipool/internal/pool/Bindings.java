package io.github.geminipool.internal.pool;

import io.github.geminipool.event.InstanceRotated;
import io.github.geminipool.internal.choice.ModelKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which instance is bound to which key: in turn at first, otherwise where a key is out, and evenly again when it is back.
 * Guarded by the model pool's lock.
 */
final class Bindings {

    private final String model;
    private final Instance[] instances;
    private List<InstanceRotated> rotated = new ArrayList<>(0);

    /** Whether there is anything to tell; a look at it without the lock may be too early. */
    private volatile boolean hasRotated;

    Bindings(String model, Instance[] instances) {
        this.model = model;
        this.instances = instances;
    }

    /** Binds an instance that is not idle to another key. */
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

    /** Binds them to the keys in turn. */
    void inTurn(List<ModelKey> keys, IdleInstances idle) {
        for (Instance instance : instances) {
            rebind(instance, keys.get(instance.index % keys.size()), idle);
        }
    }

    /**
     * Takes instances from keys that are out, gone, or have more of them than their part, for those that have the fewest.
     * Where all are out, it leaves those that are there as they are.
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
        List<ModelKey> able = keys.stream().filter(counts::containsKey).toList();
        int part = instances.length / able.size();
        int larger = instances.length % able.size();
        List<Instance> toMove = new ArrayList<>(0);
        for (Instance instance : instances) {
            @Nullable Integer count = counts.get(instance.bound);
            if (count != null && (count < part || (count == part && larger > 0))) {
                larger -= count == part ? 1 : 0;
                counts.put(instance.bound, count + 1);
            } else {
                toMove.add(instance);
            }
        }
        int from = 0;
        for (Instance instance : toMove) {
            // The fewest can only become more: who has its part keeps it, so that all are gone through twice at most.
            while (count(counts, able, from) > from / able.size()) {
                from++;
            }
            rebind(instance, able.get(from % able.size()), idle);
            counts.merge(instance.bound, 1, Integer::sum);
        }
    }

    private static int count(Map<ModelKey, Integer> counts, List<ModelKey> able, int from) {
        return counts.getOrDefault(able.get(from % able.size()), 0);
    }

    boolean hasRotated() {
        return hasRotated;
    }

    /** What was bound anew since this was asked last, to be told. */
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
