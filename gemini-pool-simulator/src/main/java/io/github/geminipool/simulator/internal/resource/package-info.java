/** Files, uploads, caches and what else is owned by a project. */
@NullMarked
package io.github.geminipool.simulator.internal.resource;

import org.jspecify.annotations.NullMarked;
