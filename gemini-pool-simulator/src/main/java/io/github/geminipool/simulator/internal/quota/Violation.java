package io.github.geminipool.simulator.internal.quota;

import io.github.geminipool.simulator.Quota;
import java.time.Duration;

/**
 * A quota that has no room for a request.
 *
 * @param quota which
 * @param delay until it has
 */
public record Violation(Quota quota, Duration delay) {}
