/** A command-line tool that runs many prompts over a pool of keys. */
@NullMarked
package io.github.geminipool.samples.batch;

import org.jspecify.annotations.NullMarked;
