/** What a request asks for, how large it is, and whose resources it names. Not an API. */
@NullMarked
package io.github.geminipool.internal.request;

import org.jspecify.annotations.NullMarked;
