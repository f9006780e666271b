/** How much a project may still send to a model: configured and learned limits, and what was sent under them. Not an API. */
@NullMarked
package io.github.geminipool.internal.quota;

import org.jspecify.annotations.NullMarked;
