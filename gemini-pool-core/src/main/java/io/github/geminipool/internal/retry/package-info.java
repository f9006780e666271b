/** What to do after a failure. Not an API. */
@NullMarked
package io.github.geminipool.internal.retry;

import org.jspecify.annotations.NullMarked;
