/** Keys and quotas: changes at runtime, hosts, choices and their explanations. */
@NullMarked
package io.github.geminipool.wire.keys;

import org.jspecify.annotations.NullMarked;
