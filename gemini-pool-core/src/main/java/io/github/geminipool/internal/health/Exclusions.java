package io.github.geminipool.internal.health;

import io.github.geminipool.failure.Scope;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The table of exclusions: scope → until when and why. Frequent readers keep a scope's {@link ExclusionCell}, so that a
 * look-up is one volatile read. Thread-safe.
 *
 * <p>Its size is bounded by keys, projects and model pools, not by traffic.
 */
public final class Exclusions {

    private final ConcurrentMap<Scope, ExclusionCell> cells = new ConcurrentHashMap<>();
    private final VersionCounter exclusionVersion = new VersionCounter();
    private final VersionCounter releaseVersion = new VersionCounter();
    private final AtomicInteger probes = new AtomicInteger();
    private volatile boolean hasAdopted;

    /** Returns the cell of a scope; the same one each time until the scope is forgotten. */
    public ExclusionCell cell(Scope scope) {
        return cells.computeIfAbsent(scope, s -> new ExclusionCell(exclusionVersion, releaseVersion, probes));
    }

    /**
     * Excludes a scope.
     *
     * @return whether the exclusion is new: false if the scope is already excluded for as long or longer
     */
    public boolean exclude(Exclusion exclusion, long nowNanos) {
        return cell(exclusion.scope()).exclude(exclusion, nowNanos);
    }

    /**
     * Takes over an exclusion that another replica has found. One that is over makes the scope half-open: the next attempt finds out
     * whether the scope works.
     *
     * @param guessed whether its end is a guess, so that the scope is half-open after it
     * @param strikes the number of exclusions in a row, this one included
     * @return whether it is new: false if the scope is already excluded for as long or longer, or is being probed
     */
    public boolean adopt(Exclusion exclusion, boolean guessed, int strikes, long nowNanos) {
        boolean isNew = cell(exclusion.scope()).adopt(exclusion, guessed, strikes, nowNanos);
        if (isNew) {
            hasAdopted = true;
        }
        return isNew;
    }

    /** Returns the exclusions of uses of a model that were taken over from other replicas and may still be in force. */
    public List<Scope.ProjectModel> adoptedUses(String model) {
        if (!hasAdopted) {
            return List.of();
        }
        return cells.keySet().stream()
                .filter(Scope.ProjectModel.class::isInstance)
                .map(Scope.ProjectModel.class::cast)
                .filter(scope -> scope.use() != null && scope.model().equals(model))
                .toList();
    }

    /**
     * Returns the counter that grows with every exclusion, every fault of a key and every key that begins its probation.
     * While it stays the same, a key that was found usable stays usable.
     */
    public VersionCounter exclusionVersion() {
        return exclusionVersion;
    }

    /** Returns the counter that grows whenever an exclusion ends before its time. */
    public VersionCounter releaseVersion() {
        return releaseVersion;
    }

    /** Returns whether any scope is being probed. */
    public boolean areProbed() {
        return probes.get() > 0;
    }

    /** Ends the exclusion of a scope before its time. */
    public void lift(Scope scope) {
        ExclusionCell cell = cells.get(scope);
        if (cell != null) {
            cell.lift();
        }
    }

    /** Removes scopes from the table; cells that are still held by others have no effect on new readers. */
    public void forget(Predicate<Scope> which) {
        cells.keySet().removeIf(which);
    }

    /** Removes a scope from the table, like {@link #forget(Predicate)}. */
    public void forget(Scope scope) {
        cells.remove(scope);
    }

    /** Returns the number of known scopes. */
    public int size() {
        return cells.size();
    }

    /** Returns the exclusions in force at a time. */
    public List<Exclusion> active(long nowNanos) {
        return cells.values().stream()
                .map(cell -> cell.at(nowNanos))
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }
}
