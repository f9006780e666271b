package io.github.geminipool.internal.pool;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The idle instances of a model pool, the longest idle first, and those of one key at hand. Everything takes constant
 * time, whatever the number of instances and keys. Guarded by the model pool's lock.
 */
final class IdleInstances {

    private @Nullable Instance first;
    private @Nullable Instance last;
    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    void add(Instance instance) {
        instance.idle = true;
        instance.previous = last;
        instance.next = null;
        if (last == null) {
            first = instance;
        } else {
            last.next = instance;
        }
        last = instance;

        ModelKey key = instance.bound;
        instance.previousOfKey = null;
        instance.nextOfKey = key.idle;
        if (key.idle != null) {
            key.idle.previousOfKey = instance;
        }
        key.idle = instance;
        count++;
    }

    /** Takes an instance that is bound to a key, else the one that has been idle the longest. */
    Instance takeFor(ModelKey key) {
        Instance instance = key.idle != null ? key.idle : first;
        if (instance == null) {
            throw new NoSuchElementException("no idle instance");
        }
        remove(instance);
        return instance;
    }

    void remove(Instance instance) {
        instance.idle = false;
        if (instance.previous == null) {
            first = instance.next;
        } else {
            instance.previous.next = instance.next;
        }
        if (instance.next == null) {
            last = instance.previous;
        } else {
            instance.next.previous = instance.previous;
        }
        if (instance.previousOfKey == null) {
            instance.bound.idle = instance.nextOfKey;
        } else {
            instance.previousOfKey.nextOfKey = instance.nextOfKey;
        }
        if (instance.nextOfKey != null) {
            instance.nextOfKey.previousOfKey = instance.previousOfKey;
        }
        instance.previous = null;
        instance.next = null;
        instance.previousOfKey = null;
        instance.nextOfKey = null;
        count--;
    }
}
