package io.github.geminipool.event;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.Scope;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key, project, billing account or model, or the network route to Google, is excluded: the pool does not use it for a while.
 *
 * @param scope the excluded scope
 * @param until when the exclusion expires; null if it lasts until a probe succeeds or an operator acts
 * @param failure why the scope is excluded
 */
public record ScopeExcluded(Scope scope, @Nullable Instant until, Failure failure) {}
