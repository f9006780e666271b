package io.github.geminipool.event;

import io.github.geminipool.failure.Scope;

/**
 * What was not used is used again, since an attempt with it was answered. What comes back when its time has come is not
 * told.
 *
 * @param scope what is used again
 */
public record ScopeRestored(Scope scope) {}
