/** Where a property comes from, and which name was probably meant. */
@NullMarked
package io.github.geminipool.autoconfigure.diagnosis;

import org.jspecify.annotations.NullMarked;
