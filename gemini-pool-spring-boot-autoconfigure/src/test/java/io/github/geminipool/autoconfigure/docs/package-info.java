/** Tests of what the project's Markdown says. */
@NullMarked
package io.github.geminipool.autoconfigure.docs;

import org.jspecify.annotations.NullMarked;
