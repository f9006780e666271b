/** JSON trees. */
@NullMarked
package io.github.geminipool.simulator.internal.json;

import org.jspecify.annotations.NullMarked;
