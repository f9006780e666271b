/** The delivery of events to listeners. Not an API. */
@NullMarked
package io.github.geminipool.internal.event;

import org.jspecify.annotations.NullMarked;
