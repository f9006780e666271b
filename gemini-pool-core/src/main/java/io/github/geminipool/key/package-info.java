/** API keys, their secrets, and the projects they belong to. */
@NullMarked
package io.github.geminipool.key;

import org.jspecify.annotations.NullMarked;
