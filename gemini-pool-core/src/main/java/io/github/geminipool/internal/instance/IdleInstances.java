package io.github.geminipool.internal.instance;

import io.github.geminipool.internal.choice.ModelKey;
import java.util.Arrays;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The idle instances of a model pool, longest idle first, and those bound to one key at hand. Every operation takes constant
 * time. Guarded by the model pool's lock.
 */
final class IdleInstances {

    private @Nullable Instance first;
    private @Nullable Instance last;
    private int count;

    /** The first and the last idle instance bound to each key, by the key's number. */
    private @Nullable Instance[] firstOfKey = {};

    private @Nullable Instance[] lastOfKey = {};

    /** Makes room for keys with numbers below a limit, so that nothing is allocated when an instance is returned. */
    void growTo(int numbers) {
        if (numbers > firstOfKey.length) {
            firstOfKey = Arrays.copyOf(firstOfKey, numbers);
            lastOfKey = Arrays.copyOf(lastOfKey, numbers);
        }
    }

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

        int key = instance.bound.number();
        Instance before = lastOfKey[key];
        instance.previousOfKey = before;
        instance.nextOfKey = null;
        if (before == null) {
            firstOfKey[key] = instance;
        } else {
            before.nextOfKey = instance;
        }
        lastOfKey[key] = instance;
        count++;
    }

    /**
     * Returns the instance to serve a key: one bound to it, else any; of either, the one idle for longest. It stays idle
     * until it is removed.
     *
     * @throws NoSuchElementException if no instance is idle
     */
    Instance bestFor(ModelKey key) {
        Instance bound = firstOfKey[key.number()];
        Instance best = bound != null ? bound : first;
        if (best == null) {
            throw new NoSuchElementException("no idle instance");
        }
        return best;
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
        int key = instance.bound.number();
        if (instance.previousOfKey == null) {
            firstOfKey[key] = instance.nextOfKey;
        } else {
            instance.previousOfKey.nextOfKey = instance.nextOfKey;
        }
        if (instance.nextOfKey == null) {
            lastOfKey[key] = instance.previousOfKey;
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
