/** Makes the parts of a pool and wires them together. Not an API. */
@NullMarked
package io.github.geminipool.internal.assembly;

import org.jspecify.annotations.NullMarked;
