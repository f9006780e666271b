/** Keys as people write them, in properties and in files that are reloaded when they change. */
@NullMarked
package io.github.geminipool.autoconfigure.keys;

import org.jspecify.annotations.NullMarked;
