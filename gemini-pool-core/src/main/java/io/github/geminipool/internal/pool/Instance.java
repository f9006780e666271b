package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.choice.ModelKey;
import org.jspecify.annotations.Nullable;

/** One lane of a model pool. All fields are guarded by the model pool's lock. */
final class Instance {

    final int index;
    ModelKey bound;
    boolean idle;

    /** Neighbours among all idle instances, and among the idle ones that are bound to the same key. */
    @Nullable
    Instance previous;

    @Nullable
    Instance next;

    @Nullable
    Instance previousOfKey;

    @Nullable
    Instance nextOfKey;

    Instance(int index, ModelKey bound) {
        this.index = index;
        this.bound = bound;
    }
}
