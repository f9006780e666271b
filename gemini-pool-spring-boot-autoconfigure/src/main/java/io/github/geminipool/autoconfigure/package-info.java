/** Makes a {@link io.github.geminipool.GeminiPool} out of {@code gemini.pool.*} in a Spring Boot application. */
@NullMarked
package io.github.geminipool.autoconfigure;

import org.jspecify.annotations.NullMarked;
