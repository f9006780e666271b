package io.github.geminipool.internal.health;

import java.util.List;

/**
 * What the outcome of an attempt is about.
 *
 * @param key the key that was used
 * @param model detects outages of the model that was called
 * @param probes the exclusions for which the attempt is the probe
 */
public record AttemptSubject(KeyHealth key, Outage model, List<ExclusionCell> probes) {}
