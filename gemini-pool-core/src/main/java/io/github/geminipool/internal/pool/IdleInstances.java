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
        instance.previousOfKey = key.lastIdle;
        instance.nextOfKey = null;
        if (key.lastIdle == null) {
            key.firstIdle = instance;
        } else {
            key.lastIdle.nextOfKey = instance;
        }
        key.lastIdle = instance;
        count++;
    }

    /** Takes an instance that is bound to a key, else any; of either, the one that has been idle the longest. */
    Instance takeFor(ModelKey key) {
        Instance instance = key.firstIdle != null ? key.firstIdle : first;
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
            instance.bound.firstIdle = instance.nextOfKey;
        } else {
            instance.previousOfKey.nextOfKey = instance.nextOfKey;
        }
        if (instance.nextOfKey == null) {
            instance.bound.lastIdle = instance.previousOfKey;
        } else {
            instance.nextOfKey.previousOfKey = instance.previousOfKey;
        }
        instance.previous = null;
        instance.next = null;
        instance.previousOfKey = null;
        instance.nextOfKey = null;
        count--;
    }
}
