/** A web application that answers prompts over a pool of keys. */
@NullMarked
package io.github.geminipool.samples.quickstart;

import org.jspecify.annotations.NullMarked;
