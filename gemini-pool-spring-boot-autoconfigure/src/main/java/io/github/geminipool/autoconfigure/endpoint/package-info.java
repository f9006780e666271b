/** The Actuator endpoint {@code geminipool}. */
@NullMarked
package io.github.geminipool.autoconfigure.endpoint;

import org.jspecify.annotations.NullMarked;
