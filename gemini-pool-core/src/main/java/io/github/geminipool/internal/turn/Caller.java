package io.github.geminipool.internal.turn;

import org.jspecify.annotations.Nullable;

/** For whom calls are made: the unit of fairness. Compared by identity. */
public final class Caller {

    /** All calls that name no caller. */
    public static final Caller NOBODY = new Caller(null);

    private final @Nullable String name;

    Caller(@Nullable String name) {
        this.name = name;
    }

    /** Returns the name; null for nobody in particular. */
    public @Nullable String name() {
        return name;
    }
}
