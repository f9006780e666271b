package io.github.geminipool.internal.health;

import java.util.List;

/**
 * What is tried by an attempt.
 *
 * @param key the key that it is made with
 * @param model whether the model fails for everybody
 * @param probes what it is the one to find out about
 */
public record AttemptSubject(KeyHealth key, Outage model, List<ExclusionCell> probes) {}
