/** What the pool costs, measured beside what else a JVM could use. */
@NullMarked
package io.github.geminipool.benchmarks;

import org.jspecify.annotations.NullMarked;
