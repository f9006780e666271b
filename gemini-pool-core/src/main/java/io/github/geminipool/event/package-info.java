/** What a pool reports while it works. */
@NullMarked
package io.github.geminipool.event;

import org.jspecify.annotations.NullMarked;
