package io.github.geminipool.event;

import io.github.geminipool.failure.Failure;

/**
 * A call falls back to another model, because its model is overloaded, has no daily quota left, or may not be used by any project.
 *
 * @param model the model that cannot serve the call
 * @param fallback the model that the call continues with
 * @param failure why {@code model} cannot serve the call
 */
public record ModelFellBack(String model, String fallback, Failure failure) {}
