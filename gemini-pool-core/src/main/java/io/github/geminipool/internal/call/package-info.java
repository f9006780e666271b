/** One call: its state while it runs, the keys that it still accepts, and what its caller is told if none can serve it. Not an API. */
@NullMarked
package io.github.geminipool.internal.call;

import org.jspecify.annotations.NullMarked;
