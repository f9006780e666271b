/** The API for applications: {@link io.github.geminipool.GeminiPool}, its requests and results. */
@NullMarked
package io.github.geminipool;

import org.jspecify.annotations.NullMarked;
