package io.github.geminipool.simulator.internal.resource;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Files or caches by name. To another project, and after its end, a thing is not there. Thread-safe. */
public final class ResourceStore {
    private final InstantSource clock;
    private final Map<String, OwnedResource> byName = new LinkedHashMap<>();

    /**
     * An empty shelf.
     *
     * @param clock tells when things end
     */
    public ResourceStore(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Puts a thing on the shelf, in the place of one with the same name.
     *
     * @param name such as {@code files/abc}
     * @param thing what
     */
    public synchronized void put(String name, OwnedResource thing) {
        Instant now = clock.instant();
        byName.values().removeIf(old -> !old.ends().isAfter(now));
        byName.put(name, thing);
    }

    /**
     * Looks for a thing.
     *
     * @param name of it
     * @param project who asks
     * @return empty if there is none, it ended, or it is another project's
     */
    public synchronized Optional<OwnedResource> find(String name, String project) {
        Instant now = clock.instant();
        return Optional.ofNullable(byName.get(name))
                .filter(thing -> thing.project().equals(project) && thing.ends().isAfter(now));
    }

    /**
     * Takes a thing away.
     *
     * @param name of it
     * @param project who asks
     * @return whether it was there for this project
     */
    public synchronized boolean remove(String name, String project) {
        return find(name, project).isPresent() && byName.remove(name) != null;
    }

    /**
     * All things of a project.
     *
     * @param project whose
     * @return in the order of their making
     */
    public synchronized List<OwnedResource> of(String project) {
        Instant now = clock.instant();
        return byName.values().stream()
                .filter(thing -> thing.project().equals(project) && thing.ends().isAfter(now))
                .toList();
    }

    /** Empties the shelf. */
    public synchronized void clear() {
        byName.clear();
    }
}
