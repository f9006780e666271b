/** Reads from requests what they ask for, how large they are, and which project's resources they name. Not an API. */
@NullMarked
package io.github.geminipool.internal.request;

import org.jspecify.annotations.NullMarked;
