package io.github.geminipool.event;

import io.github.geminipool.failure.Failure;

/**
 * A key fails while others succeed. The pool prefers the others for this model, each time for longer, and then tries
 * the key again with one call.
 *
 * @param key name of the key
 * @param project name of its project
 * @param model the model
 * @param failure the latest failure
 * @param failures how often the key has failed in a row, at least 1
 * @param answeredBy name of the key that answered meanwhile
 */
public record KeyPassedOver(
        String key, String project, String model, Failure failure, int failures, String answeredBy) {}
