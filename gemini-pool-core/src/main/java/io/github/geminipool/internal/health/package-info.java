/** What may not be used for now and why, and how keys have behaved recently. Not an API. */
@NullMarked
package io.github.geminipool.internal.health;

import org.jspecify.annotations.NullMarked;
