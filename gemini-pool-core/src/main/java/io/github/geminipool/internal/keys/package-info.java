/** The keys of a running pool, as operators and sources of keys change them. Not an API. */
@NullMarked
package io.github.geminipool.internal.keys;

import org.jspecify.annotations.NullMarked;
