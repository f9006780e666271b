package io.github.geminipool.simulator.internal.resource;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Resources by name. A resource is invisible to other projects and after its expiry. Thread-safe. */
public final class ResourceStore {
    private final InstantSource clock;
    private final Map<String, OwnedResource> byName = new LinkedHashMap<>();

    /**
     * Creates an empty store.
     *
     * @param clock clock for expiry
     */
    public ResourceStore(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Stores a resource, replacing any with the same name.
     *
     * @param name for example {@code files/abc}
     * @param resource the resource
     */
    public synchronized void put(String name, OwnedResource resource) {
        Instant now = clock.instant();
        byName.values().removeIf(old -> !old.ends().isAfter(now));
        byName.put(name, resource);
    }

    /**
     * Finds a resource.
     *
     * @param name the resource's name
     * @param project the requesting project
     * @return the resource; empty if it does not exist, has expired or belongs to another project
     */
    public synchronized Optional<OwnedResource> find(String name, String project) {
        Instant now = clock.instant();
        return Optional.ofNullable(byName.get(name))
                .filter(resource ->
                        resource.project().equals(project) && resource.ends().isAfter(now));
    }

    /**
     * Removes a resource.
     *
     * @param name the resource's name
     * @param project the requesting project
     * @return whether it existed for this project
     */
    public synchronized boolean remove(String name, String project) {
        return find(name, project).isPresent() && byName.remove(name) != null;
    }

    /**
     * Returns all resources of a project.
     *
     * @param project the project
     * @return the resources in order of creation
     */
    public synchronized List<OwnedResource> of(String project) {
        Instant now = clock.instant();
        return byName.values().stream()
                .filter(resource ->
                        resource.project().equals(project) && resource.ends().isAfter(now))
                .toList();
    }

    /** Removes all resources. */
    public synchronized void clear() {
        byName.clear();
    }
}
