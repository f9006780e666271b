/** Files, uploads, caches and other resources owned by projects. */
@NullMarked
package io.github.geminipool.simulator.internal.resource;

import org.jspecify.annotations.NullMarked;
