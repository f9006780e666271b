package io.github.geminipool.simulator.internal.quota;

import io.github.geminipool.simulator.Quota;
import java.time.Duration;

/**
 * A quota that a request would exceed.
 *
 * @param quota the quota
 * @param delay time until the request would be admitted
 * @param hopeless whether the request alone is larger than the limit
 */
public record Violation(Quota quota, Duration delay, boolean hopeless) {}
