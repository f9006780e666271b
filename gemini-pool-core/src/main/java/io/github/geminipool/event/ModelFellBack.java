package io.github.geminipool.event;

import io.github.geminipool.failure.Failure;

/**
 * A call goes on with another model, since the one before has no quota left or no room for it.
 *
 * @param model the model that does not serve it
 * @param fallback the model that it goes on with
 * @param failure why
 */
public record ModelFellBack(String model, String fallback, Failure failure) {}
