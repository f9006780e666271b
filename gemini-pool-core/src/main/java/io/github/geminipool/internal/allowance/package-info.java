/** What the projects of a model may still send, and what requests take of it. Not an API. */
@NullMarked
package io.github.geminipool.internal.allowance;

import org.jspecify.annotations.NullMarked;
