/** A command-line tool that runs many prompts using a pool of keys. */
@NullMarked
package io.github.geminipool.samples.batch;

import org.jspecify.annotations.NullMarked;
