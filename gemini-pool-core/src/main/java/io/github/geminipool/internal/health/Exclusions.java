package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Scope;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The one table of what may not be used: scope → until when and why. Whoever looks a scope up often keeps its
 * {@link ExclusionCell}, so that a look-up is one volatile read.
 *
 * <p>Its size is bounded by keys, projects and model pools, not by traffic.
 */
public final class Exclusions {

    private final ConcurrentMap<Scope, ExclusionCell> cells = new ConcurrentHashMap<>();
    private final VersionCounter exclusionVersion = new VersionCounter();
    private final VersionCounter releaseVersion = new VersionCounter();
    private final AtomicInteger probes = new AtomicInteger();

    /** The cell of a scope. */
    public ExclusionCell cell(Scope scope) {
        return cells.computeIfAbsent(scope, s -> new ExclusionCell(this));
    }

    /**
     * Excludes a scope.
     *
     * @return whether it is new: false where the scope is already excluded for as long or longer
     */
    public boolean exclude(Exclusion exclusion, long nowNanos) {
        return cell(exclusion.scope()).exclude(exclusion, nowNanos);
    }

    /** Whether anything was excluded meanwhile. */
    public VersionCounter exclusionVersion() {
        return exclusionVersion;
    }

    void countProbes(int more) {
        probes.addAndGet(more);
    }

    /** Whether any attempt finds out now about anything that is excluded. */
    public boolean areProbed() {
        return probes.get() > 0;
    }

    /** Ends an exclusion before its time. */
    public void lift(Scope scope) {
        ExclusionCell cell = cells.get(scope);
        if (cell != null) {
            cell.lift();
        }
    }

    /** Forgets scopes: those who keep their cells keep something that nobody else sees. */
    public void forget(Predicate<Scope> which) {
        cells.keySet().removeIf(which);
    }

    /** How many scopes it knows. */
    public int size() {
        return cells.size();
    }

    /** Whether anything may be used earlier than it was said. */
    public VersionCounter releaseVersion() {
        return releaseVersion;
    }

    /** What is excluded now. */
    public List<Exclusion> active(long nowNanos) {
        return cells.values().stream()
                .map(cell -> cell.at(nowNanos))
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }
}
