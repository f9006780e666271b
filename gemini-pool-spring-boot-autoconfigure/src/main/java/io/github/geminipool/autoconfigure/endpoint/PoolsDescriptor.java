package io.github.geminipool.autoconfigure.endpoint;

import java.util.Map;

/**
 * State of the pools of an application that has several.
 *
 * @param pools the pools by the names of their beans, beginning with the one that is injected where no pool is named
 */
public record PoolsDescriptor(Map<String, PoolDescriptor> pools) {}
