/** The contract of attempt runners, and the runners that keep it. */
@NullMarked
package io.github.geminipool.wire.runners;

import org.jspecify.annotations.NullMarked;
