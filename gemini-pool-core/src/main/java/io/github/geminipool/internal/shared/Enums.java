package io.github.geminipool.internal.shared;

import org.jspecify.annotations.Nullable;

/** Reads constants that replicas of another version may know although this one does not. */
final class Enums {

    private Enums() {}

    /** Returns the constant with a name; null if there is none. */
    static <E extends Enum<E>> @Nullable E named(Class<E> type, String name) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        return null;
    }
}
