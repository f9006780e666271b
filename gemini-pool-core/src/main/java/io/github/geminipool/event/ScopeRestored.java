package io.github.geminipool.event;

import io.github.geminipool.failure.Scope;

/**
 * An excluded scope is used again, because an attempt with it worked. There is no such event for an exclusion that expires.
 *
 * @param scope the restored scope
 */
public record ScopeRestored(Scope scope) {}
