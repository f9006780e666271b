package io.github.geminipool.internal.instance;

import io.github.geminipool.internal.choice.ModelKey;
import org.jspecify.annotations.Nullable;

/** A slot for one attempt at a time. All fields are guarded by the model pool's lock. */
public final class Instance {

    final int index;
    ModelKey bound;
    boolean idle;

    /** Links in the list of all idle instances, and in that of the idle instances bound to the same key. */
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

    /** Returns the index within the model, over all its pools. */
    public int index() {
        return index;
    }

    /** Returns the key to which the instance is bound; another one may serve an attempt meanwhile. */
    public ModelKey bound() {
        return bound;
    }

    public boolean isIdle() {
        return idle;
    }
}
