package io.github.geminipool.simulator.internal.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * A resource that belongs to a project and expires.
 *
 * @param project the only project that may use it
 * @param ends time of expiry
 * @param tokens number of tokens it contains
 * @param json its JSON in the API; must not be modified
 */
public record OwnedResource(String project, Instant ends, long tokens, ObjectNode json) {}
