/** Retries: the decision after a failure, the retry budget, and fallback models. Not an API. */
@NullMarked
package io.github.geminipool.internal.retry;

import org.jspecify.annotations.NullMarked;
