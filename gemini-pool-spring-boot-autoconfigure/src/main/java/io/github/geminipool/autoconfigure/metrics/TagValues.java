package io.github.geminipool.autoconfigure.metrics;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The values of a tag. The first hundred names have a value of their own; there is a limit because callers may pass arbitrary
 * names. Thread-safe.
 */
final class TagValues {

    static final String OTHER = "other";

    private static final int MAX = 100;

    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /** Returns the value for a name: the name itself, or {@link #OTHER} if there is no more room. */
    String of(String name) {
        if (known.contains(name)) {
            return name;
        }
        if (isFull()) {
            return OTHER;
        }
        known.add(name);
        return name;
    }

    /** Adds a name; returns false if it is already there or there is no more room. */
    boolean add(String name) {
        return !known.contains(name) && !isFull() && known.add(name);
    }

    boolean has(String name) {
        return known.contains(name);
    }

    boolean isFull() {
        return known.size() >= MAX;
    }

    /** Forgets all names but these. */
    void retain(Collection<String> names) {
        known.retainAll(names);
    }
}
