/** What projects may still send to a model, and what requests take from it. Not an API. */
@NullMarked
package io.github.geminipool.internal.allowance;

import org.jspecify.annotations.NullMarked;
