/** Auto-configuration for {@link io.github.geminipool.GeminiPool} in Spring Boot applications. */
@NullMarked
package io.github.geminipool.autoconfigure;

import org.jspecify.annotations.NullMarked;
