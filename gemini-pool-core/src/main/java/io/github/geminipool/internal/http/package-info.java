/** The interceptor that every call passes through, and the OkHttpClient around it. Not an API. */
@NullMarked
package io.github.geminipool.internal.http;

import org.jspecify.annotations.NullMarked;
