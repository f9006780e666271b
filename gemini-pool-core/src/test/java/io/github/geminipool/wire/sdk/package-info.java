/** What the pool relies on in Google's SDK, on each of its versions. */
@NullMarked
package io.github.geminipool.wire.sdk;

import org.jspecify.annotations.NullMarked;
