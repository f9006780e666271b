package io.github.geminipool.autoconfigure.endpoint;

import java.util.Map;

/**
 * State of the pools of an application that has several.
 *
 * @param pools each by the name of its bean, the one that is injected where none is named first
 */
public record PoolsDescriptor(Map<String, PoolDescriptor> pools) {}
