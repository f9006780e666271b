package io.github.geminipool.event;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.Scope;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key, project, account or model, or the way to Google, is not used for a while.
 *
 * @param scope what is excluded
 * @param until when it will be used again; null: not before an operator does something
 * @param failure why
 */
public record ScopeExcluded(Scope scope, @Nullable Instant until, Failure failure) {}
