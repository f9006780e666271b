package io.github.geminipool.internal.health;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of models that do not exist, as far as they are remembered. Not thread-safe. */
public final class UnknownModels {

    /** Maximum number of such names that keep a pool of their own. */
    private static final int WITH_POOL = 50;

    /** Maximum number of further names that are remembered. */
    private static final int RETIRED = 1_000;

    private final Set<String> withPool = new LinkedHashSet<>();
    private final Set<String> retired = new LinkedHashSet<>();

    /**
     * Adds a name.
     *
     * @return the name that loses its pool for it; null if none does
     */
    public @Nullable String add(String model) {
        withPool.add(model);
        if (withPool.size() <= WITH_POOL) {
            return null;
        }
        String eldest = removeEldest(withPool);
        retired.add(eldest);
        if (retired.size() > RETIRED) {
            removeEldest(retired);
        }
        return eldest;
    }

    /** Returns whether a name has lost its pool. */
    public boolean isRetired(String model) {
        return retired.contains(model);
    }

    private static String removeEldest(Set<String> names) {
        Iterator<String> eldest = names.iterator();
        String name = eldest.next();
        eldest.remove();
        return name;
    }
}
