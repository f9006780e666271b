/** A web application that answers prompts using a pool of keys. */
@NullMarked
package io.github.geminipool.samples.quickstart;

import org.jspecify.annotations.NullMarked;
