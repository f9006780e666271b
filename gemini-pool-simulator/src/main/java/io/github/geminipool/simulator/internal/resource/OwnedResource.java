package io.github.geminipool.simulator.internal.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * A thing that belongs to a project and ends by itself.
 *
 * @param project the only one that may use it
 * @param ends when it is gone
 * @param tokens that it holds
 * @param json as the API shows it; not to be changed
 */
public record OwnedResource(String project, Instant ends, long tokens, ObjectNode json) {}
